/**
 * @file The thoughts behind Claude's calls of tools, as Anthropic signed them: a turn that called a tool
 * is taken back only with them, word for word, where the model is to go on thinking.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking (preserving blocks)
 */
import type { ChatMessage } from "../../protocol/openai.ts";
import type { RememberedCalls } from "../remembered-calls.ts";
import type { MessageBlock, StreamedEvent } from "./message-shape.ts";

export type Thought =
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "redacted_thinking"; data: string };

type SignedCall = {
  /** What Anthropic calls it. */
  id: string;
  /** Thoughts that its turn began with, before any text. */
  first: Thought[];
  /** Those directly before the call, behind a text or another call. */
  before: Thought[];
};
export type SignedCalls = RememberedCalls<SignedCall>;

/** Gathers thoughts from the events of one answer, until a call takes them along. */
export class ThoughtLog {
  readonly #calls: SignedCalls;
  #open: { thinking: string; signature: string } | null = null;
  #thoughts: Thought[] = [];
  #first: Thought[] = [];
  #isFirst = true;

  constructor(calls: SignedCalls) {
    this.#calls = calls;
  }

  begin({ type, thinking, signature, data }: MessageBlock): void {
    this.end();
    if (type === "thinking") this.#open = { thinking: thinking ?? "", signature: signature ?? "" };
    else if (type === "redacted_thinking" && data)
      this.#thoughts.push({ type: "redacted_thinking", data });
    else this.#settle();
  }

  add({ thinking, signature }: NonNullable<StreamedEvent["delta"]>): void {
    if (this.#open === null) return;
    this.#open.thinking += thinking ?? "";
    this.#open.signature += signature ?? "";
  }

  /** The block is over. What is not signed is not taken back. */
  end(): void {
    if (this.#open?.signature) this.#thoughts.push({ type: "thinking", ...this.#open });
    this.#open = null;
  }

  /** The id that a client is told for a call: Anthropic's own where no thought stands behind it. */
  idFor(id: string): string {
    const [first, before] = [this.#first, this.#thoughts];
    this.#first = [];
    this.#thoughts = [];
    if (first.length + before.length === 0) return id;
    return this.#calls.remember({ id, first, before });
  }

  /** A text or a call begins: what was thought so far is what the turn begins with. */
  #settle(): void {
    if (this.#isFirst) {
      this.#first = this.#thoughts;
      this.#thoughts = [];
    }
    this.#isFirst = false;
  }
}

/**
 * Whether the turn that the request goes on with comes back with the thoughts that it began with; later
 * calls of one turn may have none.
 */
export function comesSigned(messages: readonly ChatMessage[], calls: SignedCalls): boolean {
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  const asked = messages.slice(0, last).findLastIndex(({ role }) => role === "user");
  const first = messages.slice(asked + 1).find((message) => message.role === "assistant");
  const [call] = (first?.role === "assistant" && first.tool_calls) || [];
  return call !== undefined && (calls.find(call.id)?.first.length ?? 0) > 0;
}
