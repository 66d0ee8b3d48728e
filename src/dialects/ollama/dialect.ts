/** @file Failures and streams as Ollama's clients read them: a sentence, and a line of JSON each. */
import type { Dialect } from "../dialect.ts";

export const ollamaDialect: Dialect = {
  toFailureBody: ({ error }) => ({ error: error.message }),
  stream: {
    contentType: "application/x-ndjson",
    before: "",
    after: "\n",
    // White space before the next line's JSON: an empty line would be read as broken JSON.
    ping: " ",
    farewell: "",
    failure: (body) => `${JSON.stringify(body)}\n`,
  },
};
