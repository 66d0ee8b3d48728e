/** @file What the dialects of a conversation need of a model; a `ServedModel` has it all. */
import type { PromptSegment } from "../../chat/chat-format.ts";
import type { Answer } from "../../protocol/answer.ts";
import type { ChatRequest, CompletionRequest, TokensOrText } from "../../protocol/openai.ts";
import type { ServedModel as ModelCard } from "../../protocol/registry.ts";
import type { ChatPrompt } from "../loaded-model.ts";
import type { Statistics } from "../metrics/statistics.ts";

export type Speaker = {
  card: ModelCard;
  /** @throws {ModelNotFoundError} the name is not one of this model's. */
  assertName(name: string): void;
  /** Starts answering a conversation. */
  chat(request: ChatRequest, signal: AbortSignal): Promise<Answer>;
  promptSegments(request: ChatPrompt): Promise<PromptSegment[]>;
  engine: { vocab: { tokenizeSegments(segments: PromptSegment[]): Int32Array } };
};

/** One that also goes on with a text as it stands. */
export type Writer = Speaker & {
  complete(request: CompletionRequest, prompts: TokensOrText[], signal: AbortSignal): Answer;
};

export type Recorder = Pick<Statistics, "recorder">;

/** Tokens of the prompt that a request for an answer would be read as. */
export async function countPromptTokens(model: Speaker, request: ChatRequest): Promise<number> {
  const segments = await model.promptSegments(request);
  return model.engine.vocab.tokenizeSegments(segments).length;
}
