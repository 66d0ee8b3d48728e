/** @file The conversation of `fastchat chat`, and the file it is saved in. */
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { UsageError } from "../errors/usage-error.ts";

const Message = z.object({
  role: z.enum(["system", "user", "assistant"]),
  content: z.string(),
});
export type Message = z.infer<typeof Message>;

const SavedConversation = z.object({ messages: z.array(Message) });

export class Conversation {
  #system: string | undefined;
  #turns: Message[] = [];

  constructor(system?: string) {
    this.#system = system;
  }

  get messages(): Message[] {
    const system: Message[] = this.#system ? [{ role: "system", content: this.#system }] : [];
    return [...system, ...this.#turns];
  }

  /** An empty text takes the system message away. */
  setSystem(text: string): void {
    this.#system = text || undefined;
  }

  ask(content: string): void {
    this.#turns.push({ role: "user", content });
  }

  answer(content: string): void {
    this.#turns.push({ role: "assistant", content });
  }

  /** Forgets everything but the system message. */
  reset(): void {
    this.#turns = [];
  }

  /** Takes the last answer back; false when nothing was asked yet. */
  takeBackAnswer(): boolean {
    while (this.#turns.at(-1)?.role === "assistant") this.#turns.pop();
    return this.#turns.length > 0;
  }

  /** Takes the last question back, which got no answer. */
  takeBackQuestion(): void {
    if (this.#turns.at(-1)?.role === "user") this.#turns.pop();
  }

  /** @throws {UsageError} the file cannot be written. */
  save(path: string): void {
    const text = JSON.stringify({ messages: this.messages }, null, 2);
    try {
      writeFileSync(path, `${text}\n`, { mode: 0o600 });
    } catch (cause) {
      throw new UsageError(
        `Cannot write '${path}': ${cause instanceof Error ? cause.message : cause}`,
      );
    }
  }

  /** @throws {UsageError} no such file, or it is no saved conversation. */
  load(path: string): void {
    const { messages } = readSaved(path);
    const [first, ...rest] = messages;
    const opensWithSystem = first?.role === "system";
    this.#system = opensWithSystem ? first.content : undefined;
    this.#turns = opensWithSystem ? rest : messages;
  }
}

function readSaved(path: string): z.infer<typeof SavedConversation> {
  try {
    return SavedConversation.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const why = missing ? "there is no such file" : "it is not a conversation that /save wrote";
    throw new UsageError(`Cannot load '${path}': ${why}.`);
  }
}
