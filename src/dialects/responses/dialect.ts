/** @file OpenAI's Responses: failures as everywhere at OpenAI, streams of typed events. */
import type { ErrorBody } from "../../errors/api-error.ts";
import type { Dialect } from "../dialect.ts";

export const responsesDialect: Dialect = {
  toFailureBody: (body) => body,
  stream: {
    contentType: "text/event-stream",
    before: "",
    after: "\n\n",
    ping: ":\n\n",
    farewell: "",
    failure: (body) => `event: error\ndata: ${JSON.stringify(toErrorEvent(body))}\n\n`,
  },
};

/** Flat, as OpenAI documents it, and nested, as its clients look for it. */
function toErrorEvent(body: object): object {
  const { error } = body as ErrorBody;
  const { message, code, param } = error;
  return { type: "error", message, code, param, error };
}
