/** @file A conversation → the examples that teach its answers, each after just the prompt that a worker would read. */
import type { ChatFormat, PromptSegment } from "../../chat/chat-format.ts";
import type { ChatMessage, Tool } from "../../protocol/openai.ts";
import type { TrainConfig } from "../../protocol/training.ts";
import type { Example } from "./example.ts";

/** What of a model's vocabulary examples need: a `Vocab` is one. */
export type ExampleVocab = {
  readonly eos: number;
  tokenizeSegments(segments: readonly PromptSegment[]): Int32Array;
  isEndOfGeneration(token: number): boolean;
};

export type ExampleOptions = {
  format: ChatFormat;
  vocab: ExampleVocab;
  supervise: TrainConfig["supervise"];
  /** Tokens that one example may have. */
  contextSize: number;
};

/** A `Conversation`. */
type Lesson = {
  messages: readonly (ChatMessage & { weight?: number })[];
  tools: readonly Tool[] | null;
  place: string;
};

/** @throws {UsageError} the template takes no such conversation, it is too long, or nothing in it teaches. */
export type MakeExamples = (conversation: Lesson) => Promise<Example[]>;

/** @throws {UsageError} the template does not show where an answer begins, or is broken. */
export async function exampleMaker(options: ExampleOptions): Promise<MakeExamples> {
  throw new Error(`to be written: ${options.supervise}`);
}
