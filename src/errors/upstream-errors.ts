/** @file Failures of the servers that stand behind a worker. */
import { ApiError } from "./api-error.ts";

/** The server behind a worker failed, broke off, or made no sense; before or within an answer. */
export class UpstreamError extends ApiError {
  override readonly name = "UpstreamError";
  readonly status = 502;
  readonly type = "server_error";
  readonly code: string;

  /** @param what ends the sentence "The server behind 'x' …". */
  constructor(model: string, what: string, code = "upstream_error") {
    super(`The server behind '${model}' ${what}.`);
    this.code = code;
  }
}

/** The server behind a worker has too much to do, or has had enough of us. */
export class UpstreamBusyError extends ApiError {
  override readonly name = "UpstreamBusyError";
  readonly status = 429;
  readonly type = "rate_limit_error";
  readonly code = "upstream_busy";
  readonly retryAfter: string | null;

  /** @param retryAfter its own header, if it sent one. */
  constructor(model: string, said: string, retryAfter: string | null) {
    super(`The server behind '${model}' is busy: ${said}`);
    this.retryAfter = retryAfter;
  }

  override headers(): Record<string, string> {
    return this.retryAfter === null ? {} : { "retry-after": this.retryAfter };
  }
}
