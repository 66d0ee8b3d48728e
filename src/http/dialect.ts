/** @file Which dialect a path speaks: it decides how failures look and how streams are framed. */
import type { Context } from "hono";
import { anthropicDialect } from "../dialects/anthropic/dialect.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { fastChatDialect } from "../dialects/fastchat/dialect.ts";
import { ollamaDialect } from "../dialects/ollama/dialect.ts";
import { openAiDialect } from "../dialects/openai-dialect.ts";
import { responsesDialect } from "../dialects/responses/dialect.ts";
import { toFailure } from "./failure.ts";
import { requestId } from "./request-id.ts";

/** Each path and what stands below it; `/api/v1` is FastChat's, and speaks as OpenAI does. */
const paths: [RegExp, Dialect][] = [
  [/^\/v1\/messages(\/|$)/, anthropicDialect],
  [/^\/v1\/responses(\/|$)/, responsesDialect],
  [
    /^\/api\/(blobs|chat|copy|create|delete|embed|embeddings|generate|ps|pull|push|show|tags|version)(\/|$)/,
    ollamaDialect,
  ],
  [/^\/(worker_[a-z_]+|count_token|model_details)$/, fastChatDialect],
];

export function dialectOf(path: string): Dialect {
  return paths.find(([pattern]) => pattern.test(path))?.[1] ?? openAiDialect;
}

/** The last message of a stream that failed, in the dialect of the request's path. */
export function toFailureFrame(c: Context, error: unknown): string {
  const { toFailureBody, stream } = dialectOf(c.req.path);
  const { status, body } = toFailure(error);
  return stream.failure(toFailureBody(body, status, requestId(c)));
}
