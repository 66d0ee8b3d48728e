/** @file More than is taken: too many requests, or too large a body or answer. */
import { ApiError } from "./api-error.ts";

/** The queue is full; `retryAfterSeconds` is when a place is expected to be free. */
export class QueueFullError extends ApiError {
  override readonly name = "QueueFullError";
  readonly status = 429;
  readonly type = "rate_limit_error";
  readonly code = "rate_limit_exceeded";
  readonly retryAfterSeconds: number;

  constructor(queued: number, retryAfterSeconds: number) {
    const waiting = queued === 1 ? "1 request is" : `${queued} requests are`;
    const seconds = retryAfterSeconds === 1 ? "1 second" : `${retryAfterSeconds} seconds`;
    super(`The server is busy: ${waiting} waiting. Try again in ${seconds}.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  override headers() {
    return { "retry-after": String(this.retryAfterSeconds) };
  }
}

/** Somebody did something more often than an hour allows. */
export class HourlyLimitError extends ApiError {
  override readonly name = "HourlyLimitError";
  readonly status = 429;
  readonly type = "rate_limit_error";
  readonly code = "hourly_limit";

  /** @param what in the plural: `votes`. */
  constructor(what: string, limit: number) {
    super(`That is more than ${limit} ${what} in an hour. Please come back later.`);
  }

  override headers() {
    return { "retry-after": "600" };
  }
}

/** The body is larger than the server reads. */
export class BodyTooLargeError extends ApiError {
  override readonly name = "BodyTooLargeError";
  readonly status = 413;
  readonly type = "invalid_request_error";
  readonly code = "body_too_large";

  constructor(limitBytes: number) {
    super(`The request body is larger than ${limitBytes} bytes.`);
  }
}

/** A worker's answer, or one event of it, is more than is held on the way to the client. */
export class AnswerTooLargeError extends ApiError {
  override readonly name = "AnswerTooLargeError";
  readonly status = 502;
  readonly type = "server_error";
  readonly code = "answer_too_large";

  constructor(limitBytes: number) {
    super(
      `The answer has more than ${limitBytes} bytes in one piece. Ask for fewer log-probabilities, prompts or choices at once.`,
    );
  }

  /** It would be as large the next time. */
  override headers() {
    return { "x-should-retry": "false" };
  }
}
