/** @file OpenAI's dialect, which every path speaks that has none of its own. */
import type { Dialect } from "./dialect.ts";

export const openAiDialect: Dialect = {
  toFailureBody: (body) => body,
  stream: {
    contentType: "text/event-stream",
    before: "data: ",
    after: "\n\n",
    ping: ":\n\n",
    farewell: "data: [DONE]\n\n",
    failure: (body) => `data: ${JSON.stringify(body)}\n\n`,
  },
};
