/** @file Failures and streams as Anthropic's clients read them. */
import type { ErrorBody } from "../../errors/api-error.ts";
import type { Dialect } from "../dialect.ts";

/** HTTP status → Anthropic's name for it; what is missing here is `api_error`. */
const errorTypes: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  405: "invalid_request_error",
  408: "timeout_error",
  409: "invalid_request_error",
  413: "request_too_large",
  415: "invalid_request_error",
  429: "rate_limit_error",
  503: "overloaded_error",
  529: "overloaded_error",
};

export const anthropicDialect: Dialect = {
  toFailureBody: ({ error }: ErrorBody, status, requestId) => ({
    type: "error",
    error: { type: errorTypes[status] ?? "api_error", message: error.message },
    request_id: requestId,
  }),
  stream: {
    contentType: "text/event-stream",
    before: "",
    after: "\n\n",
    ping: 'event: ping\ndata: {"type":"ping"}\n\n',
    farewell: "",
    failure: (body) => `event: error\ndata: ${JSON.stringify(body)}\n\n`,
  },
};
