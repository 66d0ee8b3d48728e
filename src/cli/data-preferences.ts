/** @file `fastchat data preferences`: what people preferred in the Arena becomes training data. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Command, Option } from "commander";
import { z } from "zod";
import { arenaRecords, fileRecords } from "../battles/battle-records.ts";
import { humanPreferenceRows } from "../data/human-preference.ts";
import {
  isForTest,
  judgedBattles,
  type PreferenceRow,
  preferenceFormats,
  preferenceRows,
} from "../data/preferences.ts";
import { type Scrub, scrubbed } from "../data/scrub.ts";
import { UsageError } from "../errors/usage-error.ts";
import { defaultDataDir } from "../models/data-dir.ts";
import { toGrouped } from "../page/number-words.ts";
import type { BattleRecord } from "../protocol/battle.ts";
import { ArenaStore } from "../store/arena-store.ts";
import type { Given } from "./data-flags.ts";
import { checkOutput, DataOutput } from "./data-output.ts";
import { DataRun } from "./data-run.ts";
import { beside, writing } from "./data-set-commands.ts";
import { FlagError } from "./flag-error.ts";
import { checkFlags, number } from "./flags.ts";
import { isSameFile } from "./output-file.ts";
import { ProgressBar } from "./progress.ts";

const formats = [...preferenceFormats, "human-preference"] as const;

const Flags = z.object({
  out: z.string().min(1),
  format: z.enum(formats),
  data_dir: z.string().min(1).default(defaultDataDir()),
  split: z.number().gt(0).lt(1).optional(),
  seed: z.int().min(0),
  salt: z.string().min(8, "must be 8 characters or more").optional(),
  pii: z.string().min(1).optional(),
  skip_bad: z.boolean().default(false),
});
type Flags = z.infer<typeof Flags>;

const notes = `
Without FILE the votes come from the Arena's database in the data folder. FILE is a release with texts
(/api/battles.jsonl?texts=1), or any set of battles that has conversation_a and conversation_b.

Left out is, and counted: what is held back (quarantined, failed, or with a name given away), battles of
people who did not agree to it, what is there twice, and ties; of kto only plain ties: where both answers
are bad, both are labelled false.

  dpo               prompt, chosen, rejected: lists of messages, as TRL reads them
  kto               prompt, completion, label
  human-preference  the columns of LMArena's published sets, for release; voters under salted names

A module for --pii exports scrub(text), which returns the text without what is personal, or a promise of
it. With --split the prompt decides on which side a row is: none is on both.

Examples:
  fastchat data preferences --out votes.jsonl
  fastchat data preferences battles.jsonl --format kto --split 0.1 --out kto.jsonl
  fastchat data preferences --format human-preference --pii ./scrub.js --out release.jsonl.gz`;

export function preferencesCommand(): Command {
  return new Command("preferences")
    .description("turn the Arena's votes into pairs of a better and a worse answer")
    .argument("[file...]", "battles with their texts; - is stdin (default: the Arena's database)")
    .option("--out <file>", "where to: .jsonl, .json, .gz of either; - is stdout", "-")
    .addOption(new Option("--format <name>", "of the rows").choices(formats).default("dpo"))
    .option("--data-dir <folder>", "where the Arena's database is (default: your user's)")
    .option("--split <share>", "of the prompts into OUT_test, the rest into OUT_train", number)
    .option("--seed <n>", "the same seed splits the same", number, 0)
    .option("--salt <text>", "of the voters' names in human-preference (default: a new one)")
    .option("--pii <module>", "a JavaScript module whose scrub(text) every text goes through")
    .option("--skip-bad", "leave rows out that are no battle, and count them")
    .addHelpText("after", notes)
    .action(async (files: string[], given: Given) => {
      const flags = checkFlags(Flags, {
        ...given,
        data_dir: given.dataDir,
        skip_bad: given.skipBad,
      });
      if (flags.salt !== undefined && flags.format !== "human-preference")
        throw new FlagError("--salt", "goes with --format human-preference only");
      if (given.dataDir !== undefined && files.length > 0)
        throw new FlagError("--data-dir", "contradicts the files: battles come from one of them");
      const run = new DataRun({ inputs: files, skipBad: flags.skip_bad, begin: 0, end: 0 });
      await (flags.split === undefined
        ? writeOne(run, flags)
        : writeSplit(run, flags, flags.split));
    });
}

async function writeOne(run: DataRun, flags: Flags): Promise<void> {
  checkOutput("--out", flags.out, run.files);
  const output = await withRecords(run, flags, async (records) => {
    const opened = new DataOutput(flags.out, null, run.dropped);
    await writing([opened], async () => {
      for await (const row of toRows(records, flags, run)) await opened.writeRow(row);
    });
    return opened;
  });
  run.report(output.written, flags.out);
}

async function writeSplit(run: DataRun, flags: Flags, share: number): Promise<void> {
  const { format, out, seed } = flags;
  if (format === "human-preference")
    throw new FlagError("--split", "goes with --format dpo and kto only");
  if (out === "-") throw new FlagError("--split", "writes two files: name them by --out");
  const files = [beside(out, "train"), beside(out, "test")];
  for (const file of files) checkOutput("--out", file, run.files);
  const outputs = await withRecords(run, flags, async (records) => {
    const opened = files.map((file) => new DataOutput(file, null, run.dropped));
    await writing(opened, async ([train, test]) => {
      const rows = preferenceRows(judgedBattles(records, run.dropped), format, run.dropped);
      for await (const row of rows)
        await (isForTest(row.prompt, share, seed) ? test : train)?.writeRow(row);
    });
    return opened;
  });
  run.report(outputs.reduce((sum, { written }) => sum + written, 0));
  for (const [i, file] of files.entries())
    console.error(`wrote ${toGrouped(outputs[i]?.written ?? 0)} in ${file}`);
}

function toRows(
  records: AsyncIterable<BattleRecord>,
  { format, salt }: Flags,
  { dropped }: DataRun,
): AsyncIterable<PreferenceRow | object> {
  if (format === "human-preference")
    return humanPreferenceRows(records, salt ?? randomBytes(16).toString("hex"), dropped);
  return preferenceRows(judgedBattles(records, dropped), format, dropped);
}

/** Opens where the battles are, and closes it when the work is done. */
async function withRecords<T>(
  run: DataRun,
  flags: Flags,
  work: (records: AsyncIterable<BattleRecord>) => Promise<T>,
): Promise<T> {
  const scrub = flags.pii === undefined ? null : await loadScrub(flags.pii);
  const bar = new ProgressBar(process.stderr, () => performance.now());
  const store = run.files.length > 0 ? null : openArena(flags.data_dir, flags.out);
  const onProgress = bar.update.bind(bar);
  const onBad = flags.skip_bad ? () => dropBad(run) : undefined;
  bar.start("reading battles", null, store ? "steps" : "bytes");
  const records = store
    ? arenaRecords(store, { onProgress })
    : fileRecords(run.files, { onProgress, onBad });
  const counted = count(records, run);
  return work(scrub ? scrubbed(counted, scrub) : counted).finally(() => {
    bar.stop();
    store?.close();
  });
}

function dropBad(run: DataRun): void {
  run.read++;
  run.dropped("no battle", "");
}

/** @throws {UsageError} there is no Arena in the folder. */
function openArena(folder: string, out: string): ArenaStore {
  const file = join(folder, "arena.db");
  if (!existsSync(file))
    throw new UsageError(
      `There is no Arena in '${folder}': name its folder with --data-dir, or a file of battles.`,
    );
  if (out !== "-" && isSameFile(out, file))
    throw new FlagError("--out", `would overwrite the Arena's database '${file}'`);
  return new ArenaStore(folder);
}

async function* count(
  records: AsyncIterable<BattleRecord>,
  run: DataRun,
): AsyncGenerator<BattleRecord, void> {
  for await (const record of records) {
    run.read++;
    yield record;
  }
}

/** A text that the module cannot take must not get out: its failure ends the work. */
async function loadScrub(file: string): Promise<Scrub> {
  const module: unknown = await import(pathToFileURL(resolve(file)).href).catch((cause) => {
    throw new UsageError(`--pii: '${file}' cannot be loaded: ${wordsOf(cause)}`, { cause });
  });
  const { scrub } = module as { scrub?: unknown };
  if (typeof scrub !== "function") throw new FlagError("--pii", `'${file}' exports no scrub(text)`);
  const scrubSoon = async (text: string) => scrub(text); // what it throws at once is caught, too
  return async (text) => {
    const clean: unknown = await scrubSoon(text).catch((cause: unknown) => {
      throw new UsageError(`--pii: scrub() failed: ${wordsOf(cause)}`, { cause });
    });
    if (typeof clean === "string") return clean;
    throw new UsageError(`--pii: scrub() returned ${typeof clean}, not a text.`);
  };
}

const wordsOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
