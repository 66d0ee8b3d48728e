/** @file What `fastchat rank` does: reads with a progress bar, ranks, prints, writes the files. */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { z } from "zod";
import { UsageError } from "../errors/usage-error.ts";
import { toCsv } from "../rank/csv.ts";
import { toJson } from "../rank/json.ts";
import { makeReport } from "../rank/make-report.ts";
import { type Ranking, type RankOptions, rank } from "../rank/run.ts";
import { toTable } from "../rank/table.ts";
import type { RatingOptions } from "../rating/rating-options.ts";
import { assertWritable } from "./output-file.ts";
import { ProgressBar } from "./progress.ts";
import { painter } from "./terminal.ts";

export type Outputs = {
  /** Files; `-` is stdout. */
  json?: string;
  csv?: string;
  html?: string;
  /** A file with a JSON array of voters. */
  ban?: string;
};

/** What the flags decide; the rest comes from the files' names and from here. */
export type Decided = Pick<RankOptions, "filter" | "rating"> & {
  read: Pick<RankOptions["read"], "features" | "keep" | "strict">;
};

/** @param command what to type for the same numbers: the page tells it. */
export async function runRank(
  files: readonly string[],
  decided: Decided,
  outputs: Outputs,
  command: string,
): Promise<void> {
  checkOutputs(outputs);
  const banned = outputs.ban === undefined ? new Set<string>() : readBanned(outputs.ban);
  const bar = new ProgressBar(process.stderr, () => performance.now());
  bar.start("reading battles");
  const read = { ...decided.read, files, banned, onProgress: bar.update.bind(bar) };
  const ranking = await rank({ ...decided, read, threads: availableParallelism() }).finally(() =>
    bar.stop(),
  );
  tellBadRows(ranking.read);
  tellLeaks(ranking.read);
  await write(ranking, decided.rating, outputs, command);
}

function checkOutputs({ json, csv, html }: Outputs): void {
  if (json === "-" && csv === "-")
    throw new UsageError("Only one of --json and --csv can be stdout.");
  for (const file of [json, csv, html])
    if (file !== undefined && file !== "-") assertWritable(file);
}

function readBanned(file: string): ReadonlySet<string> {
  try {
    return new Set(z.array(z.string()).parse(JSON.parse(readFileSync(file, "utf8"))));
  } catch {
    throw new UsageError(`'${file}' must be a JSON array of strings: the voters to leave out.`);
  }
}

/** Which words gave a model away in the votes that were dropped for it. */
function tellLeaks({ leakedWords }: Ranking["read"]): void {
  if (leakedWords.length === 0) return;
  const words = leakedWords.map(([word, count]) => `${word} ${count}`);
  console.error(`fastchat: words that gave a model away: ${words.join(", ")}`);
}

function tellBadRows({ badRows, badRowExamples }: Ranking["read"]): void {
  if (badRows === 0) return;
  const more = badRows - badRowExamples.length;
  console.error(`fastchat: ${badRows} bad ${badRows === 1 ? "row was" : "rows were"} left out:`);
  for (const { file, line, reason } of badRowExamples)
    console.error(`  ${file}:${line}: ${reason}`);
  if (more > 0) console.error(`  and ${more} more`);
}

async function write(
  ranking: Ranking,
  rating: RatingOptions,
  { json, csv, html }: Outputs,
  command: string,
): Promise<void> {
  if (json !== "-" && csv !== "-") console.log(toTable(ranking, painter(process.stdout)));
  if (json !== undefined) writeTo(json, toJson(ranking.board));
  if (csv !== undefined) writeTo(csv, toCsv(ranking.board));
  if (html === undefined) return;
  const { toHtml } = await import("../rank/page/html-report.ts"); // its chart library takes 0.2 s to load
  writeTo(html, toHtml(makeReport(ranking, rating, command)));
}

function writeTo(file: string, text: string): void {
  if (file === "-") process.stdout.write(text);
  else writeFileSync(file, text);
}
