/** @file Whatever was thrown, as the answer a client gets. What is not an `ApiError` is our bug. */
import { ApiError, type ErrorBody } from "../errors/api-error.ts";

export type Failure = {
  status: ApiError["status"];
  headers: Record<string, string>;
  body: ErrorBody;
};

const blank: ErrorBody = {
  error: {
    message: "The server had an error while processing your request. Sorry about that!",
    type: "server_error",
    param: null,
    code: null,
  },
};

/** Words a failure for the client; a bug is logged here, once, and says nothing outside. */
export function toFailure(error: unknown): Failure {
  if (error instanceof ApiError)
    return {
      status: error.status,
      headers: error.headers(),
      body: error.toBody(),
    };
  console.error(error);
  return { status: 500, headers: {}, body: blank };
}
