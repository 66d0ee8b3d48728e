/** @file Battles with their texts, one by one: out of files of any format, or of the Arena's store. */

import { UsageError } from "../errors/usage-error.ts";
import { BadRow, checked, type Row } from "../files/bad-row.ts";
import { findFiles, type InputFile } from "../files/input-files.ts";
import { readFile } from "../files/read-file.ts";
import { pulledRows } from "../files/row-stream.ts";
import { BattleRecord } from "../protocol/battle.ts";
import type { ArenaStore } from "../store/arena-store.ts";
import { ArenaBattles } from "./arena-battles.ts";
import { recordWithTexts } from "./arena-texts.ts";
import { battleTable } from "./battle-table.ts";
import { RecordDetails } from "./record-details.ts";

export type RecordsOptions = {
  /** Takes the sentence about a row that is no battle; without it such a row is an error. */
  onBad?: ((sentence: string) => void) | undefined;
  /** Told after each piece: bytes of files, votes of a store. */
  onProgress: (done: number, total: number) => void;
};

/** All votes of the Arena; texts are with those whose voters agreed. */
export async function* arenaRecords(
  store: ArenaStore,
  { onProgress }: Pick<RecordsOptions, "onProgress">,
): AsyncGenerator<BattleRecord, void> {
  const battles = new ArenaBattles(store);
  battles.follow();
  for (const [i, vote] of battles.votes.entries()) {
    yield recordWithTexts(store, battles, vote);
    onProgress(i + 1, battles.votes.length);
  }
}

/** @throws {UsageError} a file cannot be read; without `onBad`, a row is no battle. */
export async function* fileRecords(
  paths: readonly string[],
  options: RecordsOptions,
): AsyncGenerator<BattleRecord, void> {
  const files = await findFiles(paths);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  for (const file of files) {
    const onRead = (bytes: number) => options.onProgress(before + bytes, total);
    yield* recordsOf(file, onRead, options.onBad);
    before += file.size;
  }
}

async function* recordsOf(
  file: InputFile,
  onRead: (bytes: number) => void,
  onBad: RecordsOptions["onBad"],
): AsyncGenerator<BattleRecord, void> {
  const rows = pulledRows(async (sink) => {
    await readFile(file, process.stdin, sink, wholeTable, onRead);
  });
  for await (const { value, bad, line } of rows) {
    try {
      if (bad !== undefined) throw new BadRow(bad);
      yield toRecord(value);
    } catch (cause) {
      if (!(cause instanceof BadRow)) throw cause;
      const sentence = `${file.name}:${line}: ${cause.message}`;
      if (!onBad) throw new UsageError(sentence, { cause });
      onBad(sentence);
    }
  }
}

const wholeTable = {
  ...battleTable({
    features: [],
    withCategories: true,
    withPrompts: true,
    withJudges: true,
    detectLanguage: null,
  }),
  needed: (names: readonly string[]) => [...names],
};

/** CSV holds conversations as JSON in a text. */
function toRecord(value: unknown): BattleRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new BadRow("must be an object");
  const row = value as Row;
  const [a, b] = new RecordDetails(row).conversations ?? [row.conversation_a, row.conversation_b];
  return checked(BattleRecord, { ...row, conversation_a: a, conversation_b: b });
}
