/** @file Who may not ask, or not for this. */
import { ApiError } from "./api-error.ts";

/** The API key is missing or wrong. */
export class InvalidApiKeyError extends ApiError {
  override readonly name = "InvalidApiKeyError";
  readonly status = 401;
  readonly type = "invalid_request_error";
  readonly code = "invalid_api_key";

  constructor() {
    super("The API key is missing or wrong. Send it as 'Authorization: Bearer KEY'.");
  }
}

/** The caller is known or local, but this is not for them. */
export class ForbiddenError extends ApiError {
  override readonly name = "ForbiddenError";
  readonly status = 403;
  readonly type = "permission_error";
  readonly code = "forbidden";
}
