/** @file `fastchat bench`: options in, `runBench` out. */
import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { z } from "zod";
import { arrivalPatterns } from "../bench/arrivals.ts";
import type { BenchOptions, Level } from "../bench/run.ts";
import { UsageError } from "../errors/usage-error.ts";
import { listModels, type OpenAiServer } from "../http/openai-client.ts";
import { checkFlags, list, number } from "./flags.ts";
import { assertWritable } from "./output-file.ts";

const notes = `
A round sends its requests once; with --compare the rounds alternate (A B B A …) on the same bytes,
and each pair of neighbouring rounds gives one ratio.

Examples:
  fastchat bench --concurrency 1,8,16
  fastchat bench --url http://127.0.0.1:8000/v1 --compare http://127.0.0.1:8080/v1 --rounds 6
  fastchat bench --rate 2,4 --arrivals poisson --duration 30
  fastchat bench --turns 3 --shared-prefix 0.5 --json bench.json`;

const Flags = z.object({
  concurrency: z.array(z.coerce.number().int().min(1).max(10_000)).min(1),
  rate: z.array(z.coerce.number().gt(0).max(100_000)).optional(),
  requests: z.int().min(0).max(1_000_000),
  duration: z.number().gt(0).max(86_400).optional(),
  rounds: z.int().min(1).max(1000),
  prompt_tokens: z.int().min(1).max(10_000_000),
  max_tokens: z.int().min(1).max(10_000_000),
  shared_prefix: z.number().min(0).max(1),
  turns: z.int().min(1).max(100),
  seed: z.int().min(0),
});

export function benchCommand(): Command {
  return new Command("bench")
    .description("Put an OpenAI-compatible server under load and print what its users would feel.")
    .option("--url <url>", "the server, up to and including /v1", "http://127.0.0.1:8000/v1")
    .option("--compare <url>", "a second server, to be measured in turn with the first")
    .option("--model <id>", "the model (default: the server's first)")
    .option("--compare-model <id>", "the second server's model (default: --model, or its first)")
    .option("--api-key <key>", "the server's key (better: FASTCHAT_API_KEY)")
    .option(
      "--concurrency <n,…>",
      "clients that each wait for their answer; one level each",
      list,
      ["1", "8", "16"],
    )
    .option("--rate <r,…>", "requests per second instead, whoever still waits", list)
    .addOption(
      new Option("--arrivals <pattern>", "of --rate").choices(arrivalPatterns).default("poisson"),
    )
    .option("--requests <n>", "requests a round (0: 4 a client)", number, 0)
    .option("--duration <seconds>", "begin nothing new in a round after this long", number)
    .option(
      "--rounds <n>",
      "rounds a level, or pairs of rounds (default: 1; with --compare 4)",
      number,
    )
    .option("--prompt-tokens <n>", "length of a first message with its template", number, 128)
    .option("--max-tokens <n>", "length of an answer", number, 64)
    .option(
      "--shared-prefix <share>",
      "0…1 of the first message that all have in common",
      number,
      0,
    )
    .option("--turns <n>", "messages a conversation; each re-sends the history", number, 1)
    .option("--seed <n>", "the same seed asks the same", number, 1)
    .option("--distinct-prompts", "other bytes for each server: for two ways to the same worker")
    .option("--json <file>", "write everything measured here")
    .addHelpText("after", notes)
    .action(async (options) => run(options));
}

async function run(
  options: Record<string, string | undefined> & {
    url: string;
    arrivals: string;
  },
) {
  const flags = checkFlags(Flags, {
    ...options,
    rounds: options.rounds ?? (options.compare ? 4 : 1),
    prompt_tokens: options.promptTokens,
    max_tokens: options.maxTokens,
    shared_prefix: options.sharedPrefix,
  });
  const { runBench } = await import("../bench/run.ts");
  const { toTable } = await import("../bench/table.ts");
  const { uniform } = await import("../fresh/random.ts");
  const settings = {
    requests: flags.requests,
    durationMs: (flags.duration ?? Number.POSITIVE_INFINITY) * 1000,
    rounds: flags.rounds,
    promptTokens: flags.prompt_tokens,
    maxTokens: flags.max_tokens,
    sharedPrefix: flags.shared_prefix,
    turns: flags.turns,
    seed: flags.seed,
    distinctPrompts: Boolean(options.distinctPrompts),
    levels: toLevels(flags, options.arrivals as (typeof arrivalPatterns)[number]),
    targets: await findTargets(options).catch((error: Error) => {
      throw new UsageError(
        `Nothing to measure: ${error.message} --url ends in /v1, as in http://127.0.0.1:8000/v1.`,
      );
    }),
  };
  if (options.json) assertWritable(options.json);
  const report = await runBench({
    ...settings,
    uniform,
    onProgress: (line) => console.error(line),
  });
  console.log(toTable(report));
  if (options.json)
    writeFileSync(
      options.json,
      `${JSON.stringify({ ...toRecord(settings), ...report }, null, 2)}\n`,
    );
}

function toLevels(
  { concurrency, rate }: z.infer<typeof Flags>,
  arrivals: (typeof arrivalPatterns)[number],
): Level[] {
  if (rate) return rate.map((one) => ({ rate: one, arrivals }));
  return concurrency.map((one) => ({ concurrency: one }));
}

type Where = {
  url: string;
  compare?: string;
  model?: string;
  compareModel?: string;
  apiKey?: string;
};

async function findTargets(where: Where): Promise<BenchOptions["targets"]> {
  const apiKey = where.apiKey ?? process.env.FASTCHAT_API_KEY;
  const first = await findTarget({ baseUrl: where.url, apiKey }, where.model);
  if (where.compare === undefined) return [first];
  const named = where.compareModel ?? where.model;
  return [first, await findTarget({ baseUrl: where.compare, apiKey }, named)];
}

async function findTarget(server: OpenAiServer, named: string | undefined) {
  if (!URL.canParse(server.baseUrl)) throw new UsageError(`'${server.baseUrl}' is not a URL.`);
  const model = named ?? (await firstModel(server));
  return { server, model };
}

async function firstModel(server: OpenAiServer): Promise<string> {
  const [first] = await listModels(server);
  if (first === undefined) throw new UsageError(`${server.baseUrl} serves no model.`);
  return first;
}

/** The settings without what must not be written down: the key. */
function toRecord<T extends { targets: BenchOptions["targets"]; durationMs: number }>(settings: T) {
  return {
    ...settings,
    targets: settings.targets.map(({ server, model }) => ({
      url: server.baseUrl,
      model,
    })),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
}
