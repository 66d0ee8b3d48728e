/** @file The tools of `fastchat data` that look at conversations one by one: keep, change or drop. */
import { Command, Option } from "commander";
import { z } from "zod";
import { htmlChoices } from "../data/answer-text.ts";
import { type CleanOptions, cleanConversations, cleanDefaults, cleanRules } from "../data/clean.ts";
import {
  filtered,
  languageFilter,
  modelFilter,
  repeatedDigits,
  wrongLists,
} from "../data/filters.ts";
import { withoutDuplicates } from "../data/near-duplicates.ts";
import { singleRounds } from "../data/single-round.ts";
import { withoutSpecialTokens } from "../data/special-tokens.ts";
import { splitLong } from "../data/split-long.ts";
import { languageName, loadDetector } from "../files/language.ts";
import { toCount } from "../page/number-words.ts";
import { type Given, toInputs, toOutput, withInputs, withOutput } from "./data-flags.ts";
import { runTool, type Tool } from "./data-run.ts";
import { FlagError } from "./flag-error.ts";
import { checkFlags, list, number } from "./flags.ts";
import { tokenCounter } from "./token-counter.ts";

/** Makes the tool from the flags; its `finish` is called when all is written. */
type MakeTool = (given: Given) => Promise<Prepared> | Prepared;
type Prepared = { tool: Tool; finish?: () => void };

function toolCommand(name: string, description: string, make: MakeTool): Command {
  const command = withOutput(withInputs(new Command(name).description(description)));
  return command.action(async (files: string[], given: Given) => {
    const inputs = toInputs(files, given, command);
    const output = toOutput(given);
    const { tool, finish } = await make(given);
    await runTool(inputs, output, tool).finally(() => finish?.());
  });
}

export const filterCommands = (): Command[] => [
  cleanCommand(),
  languageCommand(),
  formatCommand(),
  selectCommand(),
  dedupCommand(),
  splitLongCommand(),
  singleRoundCommand(),
  replaceCommand(),
];

const CleanFlags = z.object({
  html: z.enum(htmlChoices),
  blocked: z.array(z.string().min(1)),
  min_chars: z.int().min(0),
  keep: z.array(z.enum(cleanRules)),
});

function cleanCommand(): Command {
  return toolCommand(
    "clean",
    "turn HTML into Markdown, leave out what is not worth learning",
    (given) => ({
      tool: (source, dropped) => cleanConversations(source, toCleanOptions(given), dropped),
    }),
  )
    .addOption(
      new Option("--html <when>", "auto: what begins and ends with a tag is HTML")
        .choices(htmlChoices)
        .default(cleanDefaults.html),
    )
    .option("--blocked <word,…>", "leave out what names one", list, [...cleanDefaults.blockedWords])
    .option("--min-chars <n>", "of a conversation", number, cleanDefaults.minChars)
    .option("--keep <rule,…>", `rules to switch off: ${cleanRules.join(", ")}`, list, [])
    .addHelpText("after", cleanNotes);
}

const cleanNotes = `
A question that nobody answered is cut off the end; from an empty message on all is cut off.

Example:
  fastchat data clean sharegpt_html.json --out sharegpt_clean.json`;

function toCleanOptions(given: Given): CleanOptions {
  const flags = checkFlags(CleanFlags, {
    html: given.html,
    blocked: given.blocked,
    min_chars: given.minChars,
    keep: given.keep,
  });
  return {
    html: flags.html,
    blockedWords: flags.blocked,
    minChars: flags.min_chars,
    keep: new Set(flags.keep),
  };
}

function languageCommand(): Command {
  return toolCommand("language", "keep or skip languages", async (given) => ({
    tool: await languageTool(given),
  }))
    .option("--keep <name,…>", "only these: English, de, …", list, [])
    .option("--skip <name,…>", "all but these", list, [])
    .addOption(new Option("--keep-lang <name,…>").argParser(list).hideHelp())
    .addOption(new Option("--skip-lang <name,…>").argParser(list).hideHelp())
    .option("--reduce-rep", "leave out what has a digit nine times in a row")
    .addHelpText("after", languageNotes);
}

const languageNotes = `
A language is the one that the file names, else the one that the texts are in. Where it cannot be told,
--skip keeps the conversation and --keep does not.

Examples:
  fastchat data language chats.jsonl --keep English,German --out chats-en-de.jsonl
  fastchat data language chats.jsonl --skip ko --reduce-rep`;

async function languageTool(given: Given): Promise<Tool> {
  const names = (value: unknown) => ((value ?? []) as string[]).filter((name) => name !== "all");
  const keep = [...names(given.keep), ...names(given.keepLang)].map(knownLanguage);
  const skip = [...names(given.skip), ...names(given.skipLang)].map(knownLanguage);
  if (keep.length > 0 && skip.length > 0) throw new FlagError("--skip", "contradicts --keep");
  if (keep.length + skip.length === 0 && !given.reduceRep)
    throw new FlagError("--keep", "is missing: say --keep, --skip or --reduce-rep");
  const byLanguage = languageFilter({ keep, skip, detect: await loadDetector() });
  const hasLanguages = keep.length + skip.length > 0;
  return (source, dropped) => {
    const kept = hasLanguages ? filtered(source, byLanguage, dropped) : source;
    return given.reduceRep ? filtered(kept, repeatedDigits, dropped) : kept;
  };
}

/** `de` and `german` are German. */
export function knownLanguage(written: string): string {
  const name = languageName(written) ?? written;
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function formatCommand(): Command {
  return toolCommand("filter-format", "leave out lists whose items all say 1", () => ({
    tool: (source, dropped) => filtered(source, wrongLists, dropped),
  }));
}

const SelectFlags = z.object({ model: z.string().min(1), named_only: z.boolean().default(false) });

function selectCommand(): Command {
  return toolCommand("select", "only what one model answered, as the file says", (given) => {
    const flags = checkFlags(SelectFlags, { model: given.model, named_only: given.namedOnly });
    return {
      tool: (source, dropped) =>
        filtered(source, modelFilter(flags.model, !flags.named_only), dropped),
    };
  })
    .option("--model <name>", "the model", "gpt4")
    .option("--named-only", "leave out, too, what does not say who answered");
}

const DedupFlags = z.object({ near: z.number().gt(0).max(1) });

function dedupCommand(): Command {
  return toolCommand(
    "dedup",
    "leave out what was there before, word for word or nearly",
    (given) => {
      const { near } = checkFlags(DedupFlags, { near: given.exact ? 1 : given.near });
      return { tool: (source, dropped) => withoutDuplicates(source, near, dropped) };
    },
  )
    .option("--near <share>", "how many five-word runs two of a kind share", number, 0.8)
    .option("--exact", "only what is the same but for case and white space");
}

const SplitLongFlags = z.object({ max_length: z.int().min(16).max(1e9) });

function splitLongCommand(): Command {
  return modelFlag(
    toolCommand("split-long", "cut long conversations between two rounds", async (given) => {
      const { max_length: maxTokens } = checkFlags(SplitLongFlags, { max_length: given.maxLength });
      const counter = await counterOf(given);
      const options = { countTokens: counter.count, maxTokens };
      return {
        tool: (source, dropped) => splitLong(source, options, dropped),
        finish: counter.free,
      };
    }),
  )
    .option("--max-length <tokens>", "of a piece; 6 are added for each message", number, 2048)
    .addHelpText(
      "after",
      `
Example:
  fastchat data split-long chats.jsonl --model-path model.gguf --max-length 4096 --out split.jsonl`,
    );
}

export function modelFlag(command: Command): Command {
  return command
    .option(
      "--model-path <path>",
      "the model whose tokens count: a GGUF file, or hf:owner/repo[:quant]",
    )
    .addOption(new Option("--model-name-or-path <path>", "FastChat's flag").hideHelp());
}

/** @throws {FlagError} no model is named. */
export function counterOf(given: Given): ReturnType<typeof tokenCounter> {
  const path = given.modelPath ?? given.modelNameOrPath;
  if (typeof path !== "string") throw new FlagError("--model-path", "is missing");
  return tokenCounter(path);
}

function singleRoundCommand(): Command {
  return toolCommand("single-round", "only the first question and its answer", () => ({
    tool: singleRounds,
  }));
}

function replaceCommand(): Command {
  return modelFlag(
    toolCommand(
      "replace",
      "spell a model's special tokens so that they are text",
      async (given) => {
        const counter = await counterOf(given);
        const tokens = counter.specialTokens();
        counter.free();
        let count = 0;
        const counted = (more: number) => {
          count += more;
        };
        return {
          tool: (source) => withoutSpecialTokens(source, tokens, counted),
          finish: () => console.error(`replaced ${toCount(count, "special token")}`),
        };
      },
    ),
  );
}
