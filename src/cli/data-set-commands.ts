/** @file The tools of `fastchat data` that make sets of conversations: split, merge, sample, convert … */
import { Command, Option } from "commander";
import { z } from "zod";
import { type Conversation, conversationFormats, textOf } from "../data/conversation.ts";
import { filtered } from "../data/filters.ts";
import { identityConversations, identityDefaults } from "../data/identity.ts";
import { sample, selection } from "../data/sampling.ts";
import { toGrouped } from "../page/number-words.ts";
import { type Given, toInputs, toOutput, withInputs, withOutput } from "./data-flags.ts";
import { checkOutput, DataOutput } from "./data-output.ts";
import { DataRun, type OutputFlags, runTool, writeAll } from "./data-run.ts";
import { FlagError } from "./flag-error.ts";
import { checkFlags, list, number } from "./flags.ts";
import { isSameFile } from "./output-file.ts";

export const setCommands = (): Command[] => [
  splitCommand(),
  mergeCommand(),
  sampleCommand(),
  convertCommand(),
  identityCommand(),
];

const SplitFlags = z.object({
  ratio: z.number().gt(0).lt(1),
  seed: z.int().min(0),
  train: z.string().min(1).optional(),
  test: z.string().min(1).optional(),
});

function splitCommand(): Command {
  const command = withInputs(new Command("split"))
    .description("draw conversations for training and for testing")
    .option("--ratio <share>", "of the conversations for training", number, 0.9)
    .option("--seed <n>", "the same seed draws the same", number, 0)
    .option("--train <file>", "where to (default: FILE_train beside FILE)")
    .option("--test <file>", "where to (default: FILE_test beside FILE)");
  withFormat(command);
  return command.action(async (files: string[], given: Given) => {
    const flags = checkFlags(SplitFlags, given);
    const run = new DataRun(toInputs(files, given, command));
    if (run.files.includes("-"))
      throw new FlagError("--in", "cannot be stdin: the file is read twice");
    const [first = ""] = run.files;
    const train = flags.train ?? beside(first, "train");
    const test = flags.test ?? beside(first, "test");
    for (const [flag, file] of Object.entries({ "--train": train, "--test": test }))
      checkOutput(flag, file, run.files);
    if (isSameFile(train, test)) throw new FlagError("--test", "names the same file as --train");
    await split(run, { ...flags, train, test, to: toOutput(given).to });
  });
}

export const withFormat = (command: Command) =>
  command.addOption(
    new Option("--to <format>", "how rows are written (default: as they were)").choices(
      conversationFormats,
    ),
  );

/** `chats.jsonl` → `chats_train.jsonl`; what is not written is read as something else. */
export function beside(file: string, part: string): string {
  const [, stem = file, ending = ".jsonl"] = /^(.*?)(\.jsonl?(?:\.gz)?)?$/i.exec(file) ?? [];
  return `${stem.replace(/\.(csv|parquet|ndjson)(\.gz)?$/i, "")}_${part}${ending}`;
}

type Split = { ratio: number; seed: number; train: string; test: string; to: OutputFlags["to"] };

async function split(run: DataRun, { ratio, seed, train, test, to }: Split): Promise<void> {
  let total = 0;
  for await (const _ of run.source()) total++;
  const isTrain = selection(total, trainingCount(total, ratio), seed);
  const outputs = [train, test].map((file) => new DataOutput(file, to, run.dropped));
  await writing(outputs, async ([intoTrain, intoTest]) => {
    for await (const conversation of run.source())
      await (isTrain() ? intoTrain : intoTest)?.write(conversation);
  });
  run.report(outputs.reduce((sum, { written }) => sum + written, 0));
  for (const [i, file] of [train, test].entries())
    console.error(`wrote ${toGrouped(outputs[i]?.written ?? 0)} in ${file}`);
}

/** Where there are two or more, neither side stays empty. */
export function trainingCount(total: number, ratio: number): number {
  return Math.max(Math.min(Math.round(total * ratio), total - 1), Math.min(total, 1));
}

/** All files get their names, or none. */
export async function writing(
  outputs: DataOutput[],
  work: (outputs: DataOutput[]) => Promise<void>,
): Promise<void> {
  try {
    await work(outputs);
    for (const output of outputs) await output.close();
  } catch (cause) {
    await Promise.all(outputs.map((output) => output.abandon()));
    throw cause;
  }
}

function mergeCommand(): Command {
  const command = withOutput(withInputs(new Command("merge")));
  return command
    .description("put the conversations of several files into one")
    .action((files: string[], given: Given) =>
      runTool(toInputs(files, given, command), toOutput(given), (source) => source),
    );
}

function convertCommand(): Command {
  const command = withOutput(withInputs(new Command("convert")));
  return command
    .description(
      "write conversations in another format: ShareGPT, OpenAI, Alpaca; JSON, JSON Lines",
    )
    .addHelpText(
      "after",
      `
Examples:
  fastchat data convert alpaca_data.json --to openai --out chats.jsonl
  fastchat data convert train.parquet --to sharegpt --out chats.json`,
    )
    .action((files: string[], given: Given) =>
      runTool(toInputs(files, given, command), toOutput(given), (source) => source),
    );
}

const SampleFlags = z.object({
  count: z.int().min(1).max(1e9),
  seed: z.int().min(0),
  max_length: z.int().min(1).optional(),
});

function sampleCommand(): Command {
  const command = withOutput(withInputs(new Command("sample")))
    .description("draw some conversations, evenly and in the order of the file")
    .option("--count <n>", "how many", number, 100)
    .option("--max-length <chars>", "draw only from what is no longer than this", number)
    .option("--seed <n>", "the same seed draws the same", number, 42);
  return command.action(async (files: string[], given: Given) => {
    const flags = checkFlags(SampleFlags, {
      count: given.count,
      seed: given.seed,
      max_length: given.maxLength,
    });
    const limit = flags.max_length ?? Number.POSITIVE_INFINITY;
    const tooLong = (one: Conversation) => (charsOf(one) > limit ? "too long" : null);
    await runTool(
      toInputs(files, given, command),
      toOutput(given),
      async function* (source, dropped) {
        yield* await sample(filtered(source, tooLong, dropped), flags.count, flags.seed);
      },
    );
  });
}

const charsOf = ({ messages }: Conversation) =>
  messages.reduce((sum, message) => sum + textOf(message).length, 0);

const IdentityFlags = z.object({
  name: z.string().min(1).max(200),
  maker: z.string().min(1).max(200),
  others: z.array(z.string().min(1)),
  other_makers: z.array(z.string().min(1)),
});

export function withIdentity(command: Command): Command {
  return command
    .option("--name <name>", "of the model")
    .option("--maker <name>", "who made it")
    .option("--others <name,…>", "models that it is not", list, identityDefaults.others)
    .option("--other-makers <name,…>", "who did not make it", list, identityDefaults.otherMakers);
}

export function toIdentity(given: Given): Conversation[] {
  const { other_makers: otherMakers, ...flags } = checkFlags(IdentityFlags, {
    name: given.name,
    maker: given.maker,
    others: given.others,
    other_makers: given.otherMakers,
  });
  return identityConversations({ ...flags, otherMakers });
}

function identityCommand(): Command {
  const command = withIdentity(withOutput(new Command("identity")));
  return command
    .description("write questions about who the model is, with answers that give it its name")
    .addHelpText(
      "after",
      `
Example:
  fastchat data identity --name Ada --maker "the people of Example" --out identity.jsonl`,
    )
    .action(async (given: Given) => {
      const identity = toIdentity(given);
      const output = toOutput(given);
      checkOutput("--out", output.out, []);
      const written = await writeAll(streamOf(identity), output, () => {});
      console.error(`wrote ${toGrouped(written)}`);
    });
}

export async function* streamOf(
  conversations: readonly Conversation[],
): AsyncGenerator<Conversation> {
  yield* conversations;
}
