/**
 * @file Times a streamed answer from its bytes. It parses no event but the one with the usage: the
 * generator often shares its processor with the server that it measures.
 */
import type { ChatChunk, ChatUsage } from "../http/openai-client.ts";

const hasText = /"(?:content|reasoning_content|text)":\s*"[^"]/;
const hasUsage = /"usage":\s*\{/;
const isError = /^data:\s*\{\s*"error":/;

export class StreamMeter {
  /** When the first and the last event with text came; undefined before it. */
  firstTokenAt: number | undefined;
  lastTokenAt: number | undefined;
  /** Events that carried text: a server's tokens, where it sends no usage. */
  events = 0;
  usage: ChatUsage | undefined;
  /** The error event's own words. */
  failure: string | undefined;
  /** The stream said `[DONE]`. */
  done = false;
  #rest = "";

  /** Takes the bytes that arrived at `at`, ms. Latin-1 is enough: text is looked for, not read. */
  add(bytes: Buffer, at: number): void {
    const text = this.#rest + bytes.toString("latin1");
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      if (text.startsWith("data:", start)) this.#event(text.slice(start, end), at);
      start = end + 1;
    }
    this.#rest = text.slice(start);
  }

  #event(line: string, at: number): void {
    if (hasText.test(line)) {
      this.firstTokenAt ??= at;
      this.lastTokenAt = at;
      this.events++;
    }
    if (hasUsage.test(line)) this.usage = parse(line).usage ?? undefined;
    else if (isError.test(line)) this.failure = parse(line).error?.code ?? "error event";
    else if (line.startsWith("data: [DONE]")) this.done = true;
  }
}

/** The text of an answer whose bytes were kept: read after the clock has stopped. */
export function textOf(parts: readonly Buffer[]): string {
  const lines = Buffer.concat(parts).toString("utf8").split("\n");
  const chunks = lines.filter((line) => line.startsWith("data: {")).map(parse);
  return chunks.map((chunk) => chunk.choices?.[0]?.delta?.content ?? "").join("");
}

const parse = (line: string) => JSON.parse(line.slice("data:".length)) as ChatChunk;
