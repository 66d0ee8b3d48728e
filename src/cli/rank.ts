/** @file `fastchat rank`: its flags, and what each of them means to the library. */
import { basename } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { cleaningRules } from "../battles/cleaning-rules.ts";
import { categories } from "../rating/categories.ts";
import { tiePolicies } from "../rating/pair-outcomes.ts";
import { defaultRatingOptions, intervalMethods } from "../rating/rating-options.ts";
import { FlagError } from "./flag-error.ts";
import { checkFlags, list, number } from "./flags.ts";
import { type Decided, type NamedFiles, runRank } from "./rank-run.ts";

const wrap = (names: readonly string[]) => names.join(", ").replace(/(.{80,90}), /g, "$1,\n  ");

const notes = `
A model's rank is 1 + the models that are certainly better: their whole interval lies above its own.
The spread is the best and the worst rank the intervals allow.

FILE is a battle log of ours, FastChat's *-conv.json or clean_battle_*.json, or a dataset of LMSYS or
LMArena: JSONL, JSON, CSV or Parquet, gzipped or not; - is standard input.

Examples:
  fastchat rank battles.jsonl
  fastchat rank clean_battle_20240814.json --category hard_6 --style-control --html board.html
  fastchat rank logs/*-conv.json --anchor mixtral-8x7b-instruct-v0.1=1114 --bootstrap 100
  fastchat rank train.parquet --json - | jq '.models[0]'

Categories: ${wrap(categories.map(({ name }) => name))}
Cleaning rules: ${wrap(cleaningRules)}`;

const Flags = z.object({
  category: z.enum(categories.map(({ name }) => name) as [string, ...string[]]).optional(),
  language: z.string().min(1).optional(),
  exclude: z.array(z.string().min(1)),
  since: z.number().optional(),
  until: z.number().optional(),
  daily_cap: z.int().min(1).optional(),
  style_features: z.array(z.string().regex(/^\w+$/, "must be names")).min(1),
  style_penalty: z.enum(["fastchat", "arena-rank"]),
  interval: z.enum(intervalMethods).optional(),
  bootstrap: z.int().min(2).max(100_000).optional(),
  seed: z.int().min(0),
  anchor: z.object({ model: z.string().min(1), rating: z.number() }).optional(),
  min_battles: z.int().min(0),
  elo_k: z.number().gt(0).max(1000),
  keep: z.array(z.enum(cleaningRules)),
});
type Flags = z.infer<typeof Flags>;

/** What commander gives of the flags that need no further check. */
type Switches = NamedFiles & {
  ties: (typeof tiePolicies)[number];
  styleControl?: boolean;
  reweight?: boolean;
  elo?: boolean;
  simultaneous?: boolean;
  anchorInside?: boolean;
  named?: boolean;
  dedup?: boolean;
  dropAnomalous?: boolean;
  strict?: boolean;
  ban?: string;
};

export function rankCommand(): Command {
  return new Command("rank")
    .description("Turn battles into ratings with honest intervals.")
    .argument("<file...>", "battles: JSONL, JSON, CSV or Parquet, plain or gzipped; - is stdin")
    .option("--category <name>", "only these battles (coding, hard_6, english, …)")
    .option("--language <name>", "only battles in this language: English, German, …")
    .option("--since <time>", "only battles from this date or Unix time on", time)
    .option("--until <time>", "only battles before this date or Unix time", time)
    .option("--exclude <model,…>", "leave these models out", list, [])
    .option("--named", "count the votes of those who knew the names, too")
    .option("--daily-cap <n>", "count the first n votes of a voter a day", number)
    .option("--dedup", "thin out prompts that are asked far too often")
    .option("--drop-anomalous", "leave out voters whose votes are no honest voter's")
    .option("--keep <rule,…>", "cleaning rules to switch off (see below)", list, [])
    .option("--ban <file>", "a JSON array of voters to leave out")
    .addOption(
      new Option("--ties <policy>", "what a vote for neither is worth")
        .choices(tiePolicies)
        .default("half"),
    )
    .option("--reweight", "let each pair count alike, however often it met")
    .option("--style-control", "take out what length and formatting win by")
    .option("--style-features <name,…>", "what style is", list, [
      "length",
      "header",
      "list",
      "bold",
    ])
    .option("--style-penalty <whose>", "fastchat, or arena-rank, which shrinks", "fastchat")
    .option("--interval <method>", "sandwich, or bootstrap (default: sandwich)")
    .option("--bootstrap <n>", "rounds of the bootstrap (default: 100); implies it", number)
    .option("--simultaneous", "intervals that hold all at once, not each for itself")
    .option("--seed <n>", "the same seed draws the same", number, defaultRatingOptions.seed)
    .option("--anchor <model=score>", "give this model this rating (default: mean 1000)", anchor)
    .option("--anchor-inside", "and no uncertainty: FastChat's way")
    .option("--min-battles <n>", "rate no model with fewer", number, 0)
    .option("--elo", "online Elo in the order of time, in place of Bradley–Terry")
    .option("--elo-k <points>", "the most one battle moves", number, defaultRatingOptions.eloK)
    .option("--json <file>", "write the board as JSON (- is stdout)")
    .option("--csv <file>", "write the board as CSV (- is stdout)")
    .option(
      "--html <file>",
      "write a page with plots and tables that needs no network (- is stdout)",
    )
    .option("--strict", "stop at the first bad row")
    .addHelpText("after", notes)
    .action(async (files: string[], options, command: Command) => {
      assertConsistent(options, (name) => command.getOptionValueSource(name) === "cli");
      const decided = toRankOptions(checkFlags(Flags, toSnakeCase(options)), options);
      await runRank(files, decided, options, toCommandLine(command, files));
    });
}

/** A flag that would change nothing is a misunderstanding: better said than passed over. */
function assertConsistent(
  given: Switches & Record<string, unknown>,
  isGiven: (name: string) => boolean,
): void {
  const isBootstrap = given.interval === "bootstrap" || given.bootstrap !== undefined || given.elo;
  const idle: [flag: string, isIdle: unknown, why: string][] = [
    ["--anchor-inside", given.anchorInside && !given.anchor, "needs --anchor"],
    ["--style-features", isGiven("styleFeatures") && !given.styleControl, "needs --style-control"],
    ["--style-penalty", isGiven("stylePenalty") && !given.styleControl, "needs --style-control"],
    ["--elo-k", isGiven("eloK") && !given.elo, "needs --elo"],
    ["--until", Number(given.until) <= Number(given.since), "must be after --since"],
    ["--simultaneous", given.simultaneous && isBootstrap, "goes with --interval sandwich only"],
    [
      "--bootstrap",
      given.bootstrap !== undefined && given.interval === "sandwich",
      "contradicts --interval sandwich",
    ],
    ["--style-control", given.styleControl && given.elo, "does not go with --elo"],
    ["--reweight", given.reweight && given.elo, "does not go with --elo"],
    [
      "--ties",
      given.ties !== "half" && given.elo,
      "does not go with --elo: there a tie is half a win",
    ],
    [
      "--interval",
      given.interval === "sandwich" && given.elo,
      "does not go with --elo: Elo has no sandwich",
    ],
  ];
  for (const [flag, isIdle, why] of idle) if (isIdle) throw new FlagError(flag, why);
}

/** The command that gives the same numbers, without where this one wrote them. */
function toCommandLine(command: Command, files: readonly string[]): string {
  const flags = command.options.flatMap((option) => {
    const name = option.attributeName();
    const isGiven = command.getOptionValueSource(name) === "cli";
    if (!isGiven || outputFlags.includes(name)) return [];
    const value: unknown = command.getOptionValue(name);
    return value === true ? [`${option.long}`] : [`${option.long}`, toText(value)];
  });
  return ["fastchat", "rank", ...files.map((file) => basename(file)), ...flags]
    .map(quote)
    .join(" ");
}

const outputFlags = ["json", "csv", "html"];

function toText(value: unknown): string {
  const asAnchor = z.object({ model: z.string(), rating: z.number() }).safeParse(value);
  return asAnchor.success ? `${asAnchor.data.model}=${asAnchor.data.rating}` : String(value);
}

const quote = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const toSnakeCase = (options: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );

/** All but the files, and who is banned. */
function toRankOptions(flags: Flags, given: Switches): Decided {
  const { styleControl = false, elo = false } = given;
  return {
    read: {
      features: styleControl ? [...new Set(flags.style_features)] : [],
      keep: new Set(flags.keep),
      strict: given.strict ?? false,
    },
    filter: {
      since: flags.since ?? null,
      until: flags.until ?? null,
      category: flags.category ?? null,
      language: flags.language ?? null,
      exclude: flags.exclude,
      anonymousOnly: !given.named,
      dailyCap: flags.daily_cap ?? null,
      dedup: given.dedup ?? false,
      dropAnomalous: given.dropAnomalous ?? false,
    },
    rating: {
      ...defaultRatingOptions,
      system: elo ? "elo" : "bradley-terry",
      interval: flags.interval ?? (flags.bootstrap === undefined ? "sandwich" : "bootstrap"),
      rounds: flags.bootstrap ?? defaultRatingOptions.rounds,
      seed: flags.seed,
      ties: given.ties,
      reweight: given.reweight ?? false,
      simultaneous: given.simultaneous ?? false,
      anchor: flags.anchor ?? null,
      anchorInside: given.anchorInside ?? false,
      style: styleControl ? flags.style_penalty : null,
      minBattles: flags.min_battles,
      eloK: flags.elo_k,
    },
  };
}

/** A date, a date and a time, or Unix time in s; a date alone is its beginning in UTC. */
function time(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  if (Number.isNaN(seconds))
    throw new InvalidArgumentError("must be a date (2024-08-01) or a Unix time in seconds");
  return seconds;
}

/** `model=score`; the name itself may have a `=`. */
function anchor(text: string): { model: string; rating: number } {
  const at = text.lastIndexOf("=");
  const rating = Number(text.slice(at + 1));
  if (at < 1 || text.slice(at + 1).trim() === "" || Number.isNaN(rating))
    throw new InvalidArgumentError("must be MODEL=SCORE, as in vicuna-13b=1000");
  return { model: text.slice(0, at), rating };
}
