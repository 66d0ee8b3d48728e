/** @file Why an answer of Gemini's ended. */
import { UpstreamError } from "../../errors/upstream-errors.ts";
import type { FinishReason } from "../../protocol/openai.ts";

/** https://ai.google.dev/api/generate-content#FinishReason */
const reasons: Record<string, FinishReason> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
  IMAGE_SAFETY: "content_filter",
};

/** The answer is not whole, and nothing in it says so: a client would take it for one. */
const failures = new Set([
  "OTHER",
  "LANGUAGE",
  "MALFORMED_FUNCTION_CALL",
  "MALFORMED_RESPONSE",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "MISSING_THOUGHT_SIGNATURE",
]);

/**
 * One that nobody has heard of is still the end of an answer.
 *
 * @param called The answer has called a tool; Gemini says STOP all the same.
 * @throws {UpstreamError} it ended because something failed.
 */
export function toFinishReason(
  model: string,
  said: string,
  message: string | null | undefined,
  called: boolean,
): FinishReason {
  if (failures.has(said)) {
    const why = message ? `${said}: ${message.replace(/\.$/, "")}` : said;
    throw new UpstreamError(model, `gave up its answer (${why})`);
  }
  const reason = reasons[said] ?? "stop";
  return called && reason === "stop" ? "tool_calls" : reason;
}
