/** @file Workers that are away, that died, or that the controller does not know. */
import { ApiError } from "./api-error.ts";

/** The model is known, but nothing can serve it at this moment. */
export class UnavailableError extends ApiError {
  override readonly name = "UnavailableError";
  readonly status = 503;
  readonly type = "overloaded_error";
  readonly code: string;
  readonly retryAfterSeconds: number;

  constructor(message: string, code = "unavailable", retryAfterSeconds = 2) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  override headers() {
    return { "retry-after": String(this.retryAfterSeconds) };
  }
}

/** A worker died, or stopped answering, while it served this request. */
export class WorkerLostError extends ApiError {
  override readonly name = "WorkerLostError";
  readonly status = 502;
  readonly type = "server_error";
  readonly code = "worker_lost";

  constructor(model: string) {
    super(`The worker that served '${model}' stopped before the answer was complete.`);
  }

  override headers() {
    return { "x-should-retry": "true" };
  }
}

/** Another live worker has this id and serves from another address. */
export class WorkerConflictError extends ApiError {
  override readonly name = "WorkerConflictError";
  readonly status = 409;
  readonly type = "invalid_request_error";
  readonly code = "worker_conflict";

  constructor(workerId: string) {
    super(`Worker ${workerId} is registered from another address.`);
  }
}

/** The controller has no such worker: it must register anew. */
export class UnknownWorkerError extends ApiError {
  override readonly name = "UnknownWorkerError";
  readonly status = 404;
  readonly type = "invalid_request_error";
  readonly code = "unknown_worker";

  constructor(workerId: string) {
    super(`No worker ${workerId} is registered. Register again.`);
  }
}
