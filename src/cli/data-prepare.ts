/** @file `fastchat data prepare`: FastChat's chain of tools, from what was shared to what is learned. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { z } from "zod";
import { htmlChoices } from "../data/answer-text.ts";
import { cleanDefaults } from "../data/clean.ts";
import type { Conversation } from "../data/conversation.ts";
import { modelFilter } from "../data/filters.ts";
import { type PrepareOptions, prepared } from "../data/prepare.ts";
import { readConversations } from "../data/read-conversations.ts";
import { selection } from "../data/sampling.ts";
import { singleRounds } from "../data/single-round.ts";
import { loadDetector } from "../files/language.ts";
import { toGrouped } from "../page/number-words.ts";
import { counterOf, knownLanguage, modelFlag } from "./data-filter-commands.ts";
import { type Given, toInputs, toOutput, withInputs } from "./data-flags.ts";
import { checkOutput, DataOutput } from "./data-output.ts";
import { DataRun, writeAll } from "./data-run.ts";
import {
  streamOf,
  toIdentity,
  trainingCount,
  withFormat,
  withIdentity,
  writing,
} from "./data-set-commands.ts";
import { checkFlags, list, number } from "./flags.ts";

const PrepareFlags = z.object({
  out_dir: z.string().min(1),
  max_length: z.int().min(16).max(1e9),
  ratio: z.number().gt(0).lt(1),
  seed: z.int().min(0),
  skip: z.array(z.string().min(1)),
  model: z.string().min(1),
  html: z.enum(htmlChoices),
});
type PrepareFlags = z.infer<typeof PrepareFlags>;

export function prepareCommand(): Command {
  const command = withIdentity(modelFlag(withInputs(new Command("prepare"))))
    .description(
      "clean, language, split-long, filter-format, split, identity, select, single-round",
    )
    .option("--out-dir <folder>", "where to; it is made", "prepared")
    .option("--max-length <tokens>", "of a piece", number, 2048)
    .option("--ratio <share>", "of the conversations for training", number, 0.99)
    .option("--seed <n>", "the same seed draws the same", number, 0)
    .option("--skip <name,…>", "languages to leave out", list, ["Korean"])
    .option("--model <name>", "whose answers go into train_MODEL.jsonl", "gpt4")
    .addOption(new Option("--html <when>").choices(htmlChoices).default("auto"))
    .addHelpText("after", prepareNotes);
  withFormat(command);
  return command.action(async (files: string[], given: Given) => {
    const flags = checkFlags(PrepareFlags, {
      out_dir: given.outDir,
      max_length: given.maxLength,
      ratio: given.ratio,
      seed: given.seed,
      skip: given.skip,
      model: given.model,
      html: given.html,
    });
    const identity = given.name === undefined && given.maker === undefined ? [] : toIdentity(given);
    await prepare(new DataRun(toInputs(files, given, command)), flags, given, identity);
  });
}

const prepareNotes = `
FastChat's prepare_all, in one go. Into the folder come train.jsonl, test.jsonl, train_MODEL.jsonl (what
that model answered, and what nobody signed) and train_single.jsonl (first rounds). With --name and --maker
the identity questions are part of train.

Example:
  fastchat data prepare sharegpt_html.json --model-path model.gguf --name Ada --maker Example`;

/** The chain goes into a file first: how many there are must be known before they are split. */
async function prepare(
  run: DataRun,
  flags: PrepareFlags,
  given: Given,
  identity: readonly Conversation[],
): Promise<void> {
  const counter = await counterOf(given);
  const folder = flags.out_dir;
  mkdirSync(folder, { recursive: true });
  const all = join(folder, "all.jsonl");
  const to = toOutput(given).to ?? "sharegpt";
  const names = ["train", "test", `train_${fileName(flags.model)}`, "train_single"];
  const files = names.map((name) => join(folder, `${name}.jsonl`));
  for (const file of [all, ...files]) checkOutput("--out-dir", file, run.files);
  try {
    const chain = prepared(run.source(), await toPrepareOptions(flags, counter.count), run.dropped);
    const total = await writeAll(chain, { out: all, to: "openai" }, run.dropped);
    run.report(total);
    const outputs = files.map((file) => new DataOutput(file, to, () => {}));
    await writing(outputs, (opened) => distribute(all, total, opened, flags, identity));
    for (const [i, file] of files.entries())
      console.error(`wrote ${toGrouped(outputs[i]?.written ?? 0)} in ${file}`);
  } finally {
    counter.free();
    rmSync(all, { force: true });
  }
}

async function toPrepareOptions(
  { html, skip, max_length: maxTokens }: PrepareFlags,
  countTokens: (text: string) => number,
): Promise<PrepareOptions> {
  return {
    clean: { ...cleanDefaults, html },
    skipLanguages: skip.map(knownLanguage),
    detect: await loadDetector(),
    countTokens,
    maxTokens,
  };
}

const fileName = (model: string) => model.replace(/[^\w.-]+/g, "-");

async function distribute(
  all: string,
  total: number,
  [train, test, byModel, single]: DataOutput[],
  { ratio, seed, model }: PrepareFlags,
  identity: readonly Conversation[],
): Promise<void> {
  const isTrain = selection(total, trainingCount(total, ratio), seed);
  const ofModel = modelFilter(model, true);
  const learn = async (conversation: Conversation) => {
    await train?.write(conversation);
    if (ofModel(conversation) === null) await byModel?.write(conversation);
    for await (const round of singleRounds(streamOf([conversation]), () => {}))
      await single?.write(round);
  };
  if (total > 0)
    for await (const conversation of readConversations(all))
      await (isTrain() ? learn(conversation) : test?.write(conversation));
  for (const conversation of identity) await learn(conversation);
}
