/**
 * @file What a model's answers look like: where thoughts and tool calls stand in its text. It is
 * found in the chat template, never in the model's name.
 */
import type { Tool } from "../../protocol/openai.ts";
import type { WriteCalls } from "../written-call.ts";

/**
 * A stretch of an answer. `at` is where `text` begins in the model's own text; what is told of
 * neither kind is marks, and the whitespace around calls and thoughts.
 */
export type OutputPiece =
  | { kind: "content" | "reasoning"; text: string; at: number }
  /**
   * The first piece of a call has `name`, and `id` where the model writes one; `arguments` is the
   * next part of its JSON text, which is whole once the call is.
   */
  | { kind: "call"; index: number; name?: string; id?: string; arguments: string };

/** Reads one answer as it is written, control tokens spelt out. Never throws: what fits nothing is content. */
export type OutputReader = {
  push(text: string): OutputPiece[];
  /** No more text comes: what was held back comes out. */
  end(): OutputPiece[];
};

export type ReaderOptions = {
  /** Tools the request offers; without any, calls are read as content. */
  tools: readonly Tool[];
  /** The prompt's last words, which may open a thought; what stands before them does no harm. */
  promptEnd: string;
};

/** Which calls an answer must, or may, consist of. */
export type RequiredCalls = {
  tools: readonly Tool[];
  /** Whether more than one call may follow another. */
  parallel: boolean;
  promptEnd: string;
};

export type OutputFormat = {
  /** The names people know: `Hermes`, `Mistral`; null where the template shows no calls. */
  toolFormat: string | null;
  /** `<think>`, `Harmony`; null where the template shows no thoughts. */
  reasoningFormat: string | null;
  /** Control tokens, by spelling, that the reader has to see. */
  visible: readonly string[];
  /** What opens and closes a thought, for the token budget; null where there are none. */
  thought: { open: string; close: string } | null;
  /** Calls as `reader` reads them. */
  writeCalls: WriteCalls;
  reader(options: ReaderOptions): OutputReader;
  /** GBNF that an answer with at least one call follows, a thought before it included. */
  callGrammar(calls: RequiredCalls): string;
  /** GBNF that lets an answer call or not, but call only as it should; null where the format cannot. */
  willingGrammar(calls: RequiredCalls): string | null;
  /** Puts a thought's grammar before another one's root, where the model may think first. */
  withThought(grammar: string, promptEnd: string): string;
};
