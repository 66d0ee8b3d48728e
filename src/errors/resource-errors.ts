/** @file Things that are stored, or should be: gone, changed since, or without a place on the disk. */
import { ApiError } from "./api-error.ts";

/** There is no such thing, or none that the caller may see: the two are told apart to nobody. */
export class NotFoundError extends ApiError {
  override readonly name = "NotFoundError";
  readonly status = 404;
  readonly type = "invalid_request_error";
  readonly code = "not_found";

  /** @param what `battle`, `share`: how the client called it. */
  constructor(what: string) {
    super(`There is no such ${what}.`);
  }
}

/** The request came too late, or twice: what it acts on is no longer as it was. */
export class ConflictError extends ApiError {
  override readonly name = "ConflictError";
  readonly status = 409;
  readonly type = "invalid_request_error";
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** The disk is full or cannot be written: nothing was stored. */
export class InsufficientStorageError extends ApiError {
  override readonly name = "InsufficientStorageError";
  readonly status = 507;
  readonly type = "server_error";
  readonly code = "insufficient_storage";

  constructor() {
    super("Nothing was stored: the server's disk is full or cannot be written.");
  }
}

/** No worker holds a response with this id: it was not stored, was dropped, or its worker is gone. */
export class ResponseNotFoundError extends ApiError {
  override readonly name = "ResponseNotFoundError";
  readonly status = 404;
  readonly type = "invalid_request_error";
  readonly code = "response_not_found";

  constructor(id: string) {
    super(`Response with id '${id}' not found.`);
  }
}

/** The same of the response that a new one shall follow. */
export class PreviousResponseNotFoundError extends ApiError {
  override readonly name = "PreviousResponseNotFoundError";
  readonly status = 400;
  readonly type = "invalid_request_error";
  readonly code = "previous_response_not_found";
  override readonly param = "previous_response_id";

  constructor(id: string) {
    super(`Previous response with id '${id}' not found.`);
  }
}

/** The response that a new one shall follow is remembered where another model is served. */
export class PreviousResponseModelError extends ApiError {
  override readonly name = "PreviousResponseModelError";
  readonly status = 400;
  readonly type = "invalid_request_error";
  readonly code = "previous_response_model";
  override readonly param = "previous_response_id";

  constructor(id: string, holder: string, asked: string) {
    super(`Only the model '${holder}' can go on from the response '${id}', not '${asked}'.`);
  }
}
