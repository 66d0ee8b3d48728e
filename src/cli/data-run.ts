/** @file What every `fastchat data` tool does: reads the files, writes the result, tells the counts. */
import { statSync } from "node:fs";
import type { Conversation, ConversationFormat } from "../data/conversation.ts";
import { dataFiles } from "../data/data-files.ts";
import type { Dropped } from "../data/dropped.ts";
import { readConversations } from "../data/read-conversations.ts";
import { toCount, toGrouped } from "../page/number-words.ts";
import { checkOutput, DataOutput } from "./data-output.ts";
import { ProgressBar } from "./progress.ts";

/** What all tools are told. */
export type DataFlags = {
  /** Files, folders, or `-`. */
  inputs: readonly string[];
  skipBad: boolean;
  /** Of the conversations that were read, as a Python slice has them. */
  begin: number;
  end: number;
};

export type OutputFlags = { out: string; to: ConversationFormat | null };

/** One conversation stream into another; what it leaves out it tells. */
export type Tool = (
  source: AsyncIterable<Conversation>,
  dropped: Dropped,
) => AsyncIterable<Conversation>;

/** Reads all inputs and counts what becomes of their rows. */
export class DataRun {
  readonly files: readonly string[];
  /** Conversations that were read, without bad rows. */
  read = 0;
  readonly #flags: DataFlags;
  readonly #drops = new Map<string, number>();
  readonly #bad: string[] = [];
  #badRows = 0;

  /** @throws {UsageError} an input leads nowhere. */
  constructor(flags: DataFlags) {
    this.#flags = flags;
    this.files = flags.inputs.flatMap(dataFiles);
  }

  /** Counts a conversation that a tool left out. */
  readonly dropped: Dropped = (rule) => {
    this.#drops.set(rule, (this.#drops.get(rule) ?? 0) + 1);
  };

  /** All conversations of all inputs; may be asked for more than once, and counts the last time. */
  async *source(): AsyncGenerator<Conversation, void> {
    const { begin, end, skipBad } = this.#flags;
    const bar = new ProgressBar(process.stderr, () => performance.now());
    bar.start("reading conversations");
    this.#forget();
    const total = this.files.reduce((sum, file) => sum + sizeOf(file), 0);
    let before = 0;
    let at = 0;
    try {
      for (const file of this.files) {
        const done = before;
        const onProgress = (bytes: number) => bar.update(done + bytes, total);
        const onBad = skipBad ? (sentence: string) => this.#addBad(sentence) : undefined;
        const options = { onBad, onProgress, withUnanswered: true };
        for await (const conversation of readConversations(file, options)) {
          if (at >= end) return;
          if (at++ < begin) continue;
          this.read++;
          yield conversation;
        }
        before += sizeOf(file);
      }
    } finally {
      bar.stop();
    }
  }

  /** "read 1 000, kept 912, dropped 88: 60 too short, 28 same text", and the bad rows. */
  report(written: number, where: string | null = null): void {
    this.#reportBad();
    const drops = [...this.#drops].sort(([, n], [, m]) => m - n);
    if (this.#badRows > 0)
      drops.unshift([this.#badRows === 1 ? "bad row" : "bad rows", this.#badRows]);
    const dropped = drops.reduce((sum, [, n]) => sum + n, 0);
    const read = this.read + this.#badRows;
    const verb = written === read - dropped ? "kept" : "wrote";
    const rules = drops.map(([rule, n]) => `${toGrouped(n)} ${rule}`).join(", ");
    const losses = dropped > 0 ? `, dropped ${toGrouped(dropped)}: ${rules}` : "";
    const place = where === null || where === "-" ? "" : ` in ${where}`;
    console.error(`read ${toGrouped(read)}, ${verb} ${toGrouped(written)}${place}${losses}`);
  }

  #forget(): void {
    this.read = 0;
    this.#badRows = 0;
    this.#bad.length = 0;
  }

  #addBad(sentence: string): void {
    this.#badRows++;
    if (this.#bad.length < maxShown) this.#bad.push(sentence);
  }

  #reportBad(): void {
    if (this.#badRows === 0) return;
    const were = this.#badRows === 1 ? "was" : "were";
    console.error(`fastchat: ${toCount(this.#badRows, "bad row")} ${were} left out:`);
    for (const sentence of this.#bad) console.error(`  ${sentence}`);
    if (this.#badRows > maxShown)
      console.error(`  and ${toGrouped(this.#badRows - maxShown)} more`);
  }
}

const maxShown = 20;

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Runs one tool from its inputs to its output. */
export async function runTool(flags: DataFlags, output: OutputFlags, tool: Tool): Promise<void> {
  const run = new DataRun(flags);
  checkOutput("--out", output.out, run.files);
  const written = await writeAll(tool(run.source(), run.dropped), output, run.dropped);
  run.report(written, output.out);
}

/** @returns how many were written. */
export async function writeAll(
  conversations: AsyncIterable<Conversation>,
  { out, to }: OutputFlags,
  dropped: Dropped,
): Promise<number> {
  const file = new DataOutput(out, to, dropped);
  try {
    for await (const conversation of conversations) await file.write(conversation);
    await file.close();
  } catch (cause) {
    await file.abandon();
    throw cause;
  }
  return file.written;
}
