/** @file What `fastchat rank` does: reads with a progress bar, ranks, prints, writes the files. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { z } from "zod";
import { UsageError } from "../errors/usage-error.ts";
import { toCsv } from "../rank/csv.ts";
import { toJson } from "../rank/json.ts";
import { makeReport } from "../rank/make-report.ts";
import { type Ranking, type RankOptions, rank } from "../rank/run.ts";
import { toTable } from "../rank/table.ts";
import type { RatingOptions } from "../rating/rating-options.ts";
import { FlagError } from "./flag-error.ts";
import { assertWritable, isSameFile } from "./output-file.ts";
import { ProgressBar } from "./progress.ts";
import { painter } from "./terminal.ts";

/** The files that flags name. */
export type NamedFiles = {
  /** To be written; `-` is stdout. */
  json?: string;
  csv?: string;
  html?: string;
  /** To be read: a JSON array of voters. */
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
  named: NamedFiles,
  command: string,
): Promise<void> {
  checkOutputs(files, named);
  const banned = named.ban === undefined ? new Set<string>() : readBanned(named.ban);
  const bar = new ProgressBar(process.stderr, () => performance.now());
  bar.start("reading battles");
  const read = { ...decided.read, files, banned, onProgress: bar.update.bind(bar) };
  const ranking = await rank({ ...decided, read, threads: availableParallelism() }).finally(() =>
    bar.stop(),
  );
  for (const remark of ranking.remarks) console.error(`fastchat: ${remark}`);
  tellBadRows(ranking.read);
  tellLeaks(ranking.read);
  await write(ranking, decided.rating, named, command);
}

function checkOutputs(files: readonly string[], { json, csv, html }: NamedFiles): void {
  const given = Object.entries({ json, csv, html }).flatMap(([name, file]) =>
    file === undefined ? [] : [{ flag: `--${name}`, file }],
  );
  for (const [k, { flag, file }] of given.entries()) {
    const twin = given.slice(0, k).find((one) => isSameFile(one.file, file));
    if (twin) throw new FlagError(flag, `and ${twin.flag} cannot both go to '${file}'`);
    if (file === stdout) continue;
    if (files.some((input) => input !== stdout && isSameFile(input, file)))
      throw new FlagError(flag, `would overwrite the battles in '${file}'`);
    assertWritable(file);
  }
}

const stdout = "-";

function readBanned(file: string): ReadonlySet<string> {
  if (!existsSync(file)) throw new UsageError(`There is no file '${file}' for --ban.`);
  try {
    return new Set(z.array(z.string()).parse(JSON.parse(readFileSync(file, "utf8"))));
  } catch (cause) {
    throw new UsageError(`'${file}' must be a JSON array of strings: the voters to leave out.`, {
      cause,
    });
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
  { json, csv, html }: NamedFiles,
  command: string,
): Promise<void> {
  if (![json, csv, html].includes(stdout))
    writeTo(stdout, `${toTable(ranking, painter(process.stdout))}\n`);
  if (json !== undefined) writeTo(json, toJson(ranking.board));
  if (csv !== undefined) writeTo(csv, toCsv(ranking.board));
  if (html === undefined) return;
  const { toHtml } = await import("../rank/page/html-report.ts"); // its chart library takes 0.2 s to load
  writeTo(html, toHtml(makeReport(ranking, rating, command)));
}

function writeTo(file: string, text: string): void {
  if (file === stdout)
    process.stdout.write(text); // a failure comes as an event: see main.ts
  else writeFile(file, text);
}

function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot write '${file}': ${why}.`, { cause });
  }
}
