/**
 * @file The dialect of FastChat's worker routes: frames of JSON, each ended by a zero byte, and
 * failures that are frames too. An empty frame says nothing; FastChat's clients skip it.
 *
 * Source: `fastchat/serve/base_model_worker.py` and `fastchat/constants.py` of FastChat 0.2.36.
 */
import type { ErrorBody } from "../../errors/api-error.ts";
import { fastChatErrors, trouble } from "../../protocol/fastchat-controller.ts";
import type { Dialect } from "../dialect.ts";
import { pythonJson } from "./python-json.ts";

type FailureFrame = { text: string; error_code: number };

export const fastChatDialect: Dialect = {
  toFailureBody: toFailure,
  stream: {
    contentType: "application/octet-stream",
    before: "",
    after: "\0",
    ping: "\0",
    farewell: "",
    failure: (body) => `${pythonJson(body)}\0`,
  },
};

/** What went wrong stands in brackets behind the words that every failure begins with. */
function toFailure({ error }: ErrorBody, status: number): FailureFrame {
  return { text: `${trouble}\n\n(${error.message})`, error_code: codeOf(error, status) };
}

function codeOf({ code }: ErrorBody["error"], status: number): number {
  if (code === "context_length_exceeded") return fastChatErrors.contextOverflow;
  if (code === "model_not_found") return fastChatErrors.invalidModel;
  if (status === 401) return fastChatErrors.incorrectAuthKey;
  if (status === 403) return fastChatErrors.noPermission;
  if (status === 429) return fastChatErrors.engineOverloaded;
  return status < 500 ? fastChatErrors.validation : fastChatErrors.internal;
}
