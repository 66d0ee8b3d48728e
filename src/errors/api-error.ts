/**
 * @file A failure that a client may see. Each has a class, in the file of its family, which takes the
 * facts and words the sentence.
 *
 * Bodies and codes are those OpenAI's SDKs dispatch on. Everything else that is thrown is our own
 * bug and is answered as a blank 500.
 */

export type ErrorType =
  | "invalid_request_error"
  | "rate_limit_error"
  | "permission_error"
  | "overloaded_error"
  | "server_error";

export type ErrorBody = {
  error: {
    message: string;
    type: ErrorType;
    param: string | null;
    code: string | null;
  };
};

export abstract class ApiError extends Error {
  abstract readonly status:
    | 400
    | 401
    | 403
    | 404
    | 405
    | 408
    | 409
    | 413
    | 415
    | 429
    | 500
    | 502
    | 503
    | 507;
  abstract readonly type: ErrorType;
  abstract readonly code: string | null;
  readonly param: string | null = null;

  /** Headers beside the body: retry hints above all. */
  headers(): Record<string, string> {
    return {};
  }

  toBody(): ErrorBody {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code } };
  }
}
