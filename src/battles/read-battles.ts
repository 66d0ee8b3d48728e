/** @file Battles from files: every format and layout in one place, and every row accounted for. */
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { UsageError } from "../errors/usage-error.ts";
import { findFiles } from "../files/input-files.ts";
import { loadDetector } from "../files/language.ts";
import { readFile } from "../files/read-file.ts";
import { battleTable } from "./battle-table.ts";
import type { CleaningRule } from "./cleaning-rules.ts";
import { type RowCounts, RowTally } from "./row-tally.ts";

export type ReadOptions = {
  /** `-` is standard input. */
  files: readonly string[];
  /**
   * Style features to collect: `length`, `header`, `list`, `bold`, or any NAME of which
   * `conv_metadata` has NAME_a and NAME_b. With none, no text is read for their sake.
   */
  features: readonly string[];
  /** Cleaning rules that are switched off. */
  keep: ReadonlySet<CleaningRule>;
  /** Voters who are banned: FastChat's ip, or the name that `judge` has. */
  banned: ReadonlySet<string>;
  /** Find the language of the first message of the user where the file does not name one. */
  detectLanguage: boolean;
  withCategories: boolean;
  withPrompts: boolean;
  withJudges: boolean;
  /** Stop at the first bad row. */
  strict: boolean;
  /** Told after each chunk; standard input counts only among the bytes that were read. */
  onProgress(readBytes: number, totalBytes: number): void;
};

export type ReadResult = RowCounts & {
  /** `sha256:` of the file as it lies there; of several, of their digests, sorted, one a line. */
  dataHash: string;
};

/**
 * @param stdin what is read for `-`.
 * @throws {UsageError} a file cannot be read as what it seems to be, or twice the same bytes are
 *         given; with `strict`, a bad row: `file.jsonl:12: winner: must be one of …`.
 */
export async function readBattles(
  options: ReadOptions,
  stdin: Readable = process.stdin,
): Promise<ReadResult> {
  const files = await findFiles(options.files);
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const wanted = {
    ...options,
    detectLanguage: options.detectLanguage ? await loadDetector() : null,
  };
  const layout = battleTable(wanted);
  const tally = new RowTally(wanted, options, options.strict);
  const nameOf = new Map<string, string>(); // by digest
  let before = 0;
  for (const file of files) {
    const onRead = (bytes: number) => options.onProgress(before + bytes, totalBytes);
    const digest = await readFile(file, stdin, tally.sinkFor(file.name), layout, onRead);
    const twin = nameOf.get(digest);
    if (twin !== undefined)
      throw new UsageError(`${file.name} holds the same bytes as ${twin}: name only one of them.`);
    nameOf.set(digest, file.name);
    before += file.size;
  }
  return { ...tally.finish(), dataHash: dataHash([...nameOf.keys()]) };
}

function dataHash(digests: string[]): string {
  if (digests.length === 1) return `sha256:${digests[0]}`;
  const lines = digests.sort().map((digest) => `${digest}\n`);
  return `sha256:${createHash("sha256").update(lines.join("")).digest("hex")}`;
}
