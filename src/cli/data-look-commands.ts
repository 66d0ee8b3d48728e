/** @file The tools of `fastchat data` that only look: how much there is, and what it says. */
import { Command } from "commander";
import { z } from "zod";
import { type Conversation, textOf } from "../data/conversation.ts";
import { sample } from "../data/sampling.ts";
import { type Spread, type Statistics, statisticsOf } from "../data/statistics.ts";
import { loadDetector } from "../files/language.ts";
import { toCount, toGrouped } from "../page/number-words.ts";
import { toPrintable } from "../page/printable.ts";
import { counterOf, modelFlag } from "./data-filter-commands.ts";
import { type Given, toInputs, withInputs } from "./data-flags.ts";
import { DataRun } from "./data-run.ts";
import { checkFlags, number } from "./flags.ts";
import { type Paint, painter } from "./terminal.ts";

export const lookCommands = (): Command[] => [statsCommand(), inspectCommand()];

function statsCommand(): Command {
  const command = modelFlag(withInputs(new Command("stats")))
    .description("how many conversations, how long, in which languages, by whom")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      `
Without a model lengths are in characters. Percentiles are of all conversations: half are no longer than p50.

Example:
  fastchat data stats chats.jsonl --model-path model.gguf`,
    );
  return command.action(async (files: string[], given: Given) => {
    const run = new DataRun(toInputs(files, given, command));
    const isCounted = (given.modelPath ?? given.modelNameOrPath) !== undefined;
    const counter = isCounted ? await counterOf(given) : null;
    const options = { countTokens: counter?.count ?? null, detect: await loadDetector() };
    const statistics = await statisticsOf(run.source(), options).finally(() => counter?.free());
    console.log(given.json ? JSON.stringify(statistics, null, 2) : toTable(statistics));
    run.report(statistics.conversations);
  });
}

const columns = ["total", "mean", "p5", "p50", "p95", "p99", "max"] as const;

function toTable(statistics: Statistics): string {
  const { unit } = statistics;
  const rows = [
    ["", ...columns],
    toLine("rounds", statistics.rounds),
    toLine(`${unit} of a conversation`, statistics.conversation_length),
    toLine(`${unit} of a prompt`, statistics.prompt_length),
    toLine(`${unit} of an answer`, statistics.answer_length),
  ];
  const counts = [
    `${toCount(statistics.conversations, "conversation")}, ${toCount(statistics.messages, "message")}`,
    `${toGrouped(statistics.with_system)} with a system message, ${toGrouped(statistics.with_tools)} with tools, ${toGrouped(statistics.unanswered)} unanswered`,
  ];
  const names = (["roles", "formats", "models", "languages"] as const).map(
    (what) => `${what.padEnd(10)} ${toNames(statistics[what])}`,
  );
  return [...counts, "", ...aligned(rows), "", ...names].join("\n");
}

function toLine(name: string, spread: Spread): string[] {
  return [name, ...columns.map((column) => toGrouped(spread[column], column === "mean" ? 1 : 0))];
}

function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  "),
  );
}

const shownNames = 12;

function toNames(counts: Record<string, number>): string {
  const entries = Object.entries(counts);
  const shown = entries
    .slice(0, shownNames)
    .map(([name, count]) => `${toPrintable(name)} ${toGrouped(count)}`);
  const more =
    entries.length > shownNames ? [`and ${toGrouped(entries.length - shownNames)} more`] : [];
  return [...shown, ...more].join(", ");
}

const InspectFlags = z.object({
  count: z.int().min(1).max(10_000),
  random: z.int().min(1).max(10_000).optional(),
  seed: z.int().min(0),
});

function inspectCommand(): Command {
  const command = withInputs(new Command("inspect"))
    .description("print some conversations to be read")
    .option("--count <n>", "how many", number, 3)
    .option("--random <n>", "so many, drawn evenly", number)
    .option("--random-n <n>", "FastChat's name for --random", number)
    .option("--seed <n>", "of --random", number, 0);
  return command.action(async (files: string[], given: Given) => {
    const flags = checkFlags(InspectFlags, {
      count: given.count,
      random: given.random ?? given.randomN,
      seed: given.seed,
    });
    const run = new DataRun(toInputs(files, given, command));
    const paint = painter(process.stdout);
    const shown =
      flags.random === undefined
        ? firstOf(run.source(), flags.count)
        : await sample(run.source(), flags.random, flags.seed);
    for await (const conversation of shown) console.log(`${toText(conversation, paint)}\n`);
  });
}

async function* firstOf(
  source: AsyncIterable<Conversation>,
  count: number,
): AsyncGenerator<Conversation, void> {
  let left = count;
  for await (const conversation of source) {
    yield conversation;
    if (--left === 0) return;
  }
}

function toText(conversation: Conversation, paint: Paint): string {
  const { place, id, model, language, tools, messages } = conversation;
  const facts = Object.entries({ id, model, language }).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${value}`],
  );
  const names = tools?.map((tool) => tool.function.name) ?? [];
  const head = [place, ...facts, ...(names.length > 0 ? [`tools ${names.join(", ")}`] : [])];
  return [
    paint("bold", toPrintable(`── ${head.join("  ")}`)),
    ...messages.flatMap((message) => [
      paint("cyan", roleOf(message)),
      ...linesOf(message).map((line) => `  ${toPrintable(line.replaceAll("\t", "    "))}`),
    ]),
  ].join("\n");
}

const roleOf = ({ role, weight }: Conversation["messages"][number]) =>
  weight === undefined ? role : `${role} (weight ${weight})`;

function linesOf(message: Conversation["messages"][number]): string[] {
  const calls = message.role === "assistant" ? (message.tool_calls ?? []) : [];
  const text = textOf(message);
  return [
    ...(text === "" ? [] : text.split(/\r?\n/)),
    ...calls.map(({ function: called }) => `→ ${called.name}(${called.arguments})`),
  ];
}
