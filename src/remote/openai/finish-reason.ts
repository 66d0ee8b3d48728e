/** @file Why an answer ended, in the words of each server. */
import { UpstreamError } from "../../errors/upstream-errors.ts";
import type { FinishReason } from "../../protocol/openai.ts";

/**
 * OpenAI's words, then TGI's, Anthropic's, Mistral's, Cohere's and Gemini's. One that nobody has
 * heard of is still the end of an answer.
 */
const reasons: Record<string, FinishReason> = {
  stop: "stop",
  eos_token: "stop",
  stop_sequence: "stop",
  end_turn: "stop",
  complete: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  tool_use: "tool_calls",
  content_filter: "content_filter",
  safety: "content_filter",
};

/** Not ends, but failures. */
const failures = new Set(["abort", "error", "error_toxic"]);

/**
 * @param called The answer has called a tool; some servers say `stop` all the same.
 * @throws {UpstreamError} it ended because something failed.
 */
export function toFinishReason(model: string, said: string, called: boolean): FinishReason {
  const word = said.toLowerCase();
  if (failures.has(word)) throw new UpstreamError(model, `gave up its answer (${said})`);
  const reason = reasons[word] ?? "stop";
  return called && reason === "stop" ? "tool_calls" : reason;
}
