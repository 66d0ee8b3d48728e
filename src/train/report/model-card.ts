/**
 * @file README.md of a run's folder: what the result was made from and how, and how it is served.
 * The front matter is what Hugging Face reads.
 */
import { basename } from "node:path";
import { toCount, toGrouped } from "../../page/number-words.ts";
import { toPrintable } from "../../page/printable.ts";
import type { TrainEnd } from "../../protocol/training.ts";
import { optionPairs } from "./options.ts";
import type { RunHistory } from "./run-history.ts";
import {
  shortPaths,
  smoothed,
  toConversations,
  toEnding,
  toLoss,
  toMoment,
  toSpan,
  toVerdict,
  trainedSeconds,
} from "./run-words.ts";
import { servableOf, serveCommand } from "./servable.ts";

export function toModelCard(history: RunHistory, end: TrainEnd): string {
  const { start } = history;
  return `${[
    frontMatter(history),
    `# ${toMarkdown(titleOf(history))}`,
    `${toVerdict(history)} ${toEnding(history)}`,
    madeFrom(history),
    serving(history, end),
    "## Curves",
    curves(history),
    "`report.html` beside this file has them as figures, `metrics.jsonl` as numbers.",
    "## Data",
    data(history),
    "## Options",
    table(
      ["option", "value"],
      optionPairs(start.config).map(([name, value]) => [`\`${name}\``, toMarkdown(value)]),
    ),
    `Made by fastchat ${start.version}, ${toMoment(end.time)}, on ${toMarkdown(start.device)} with ${toCount(start.threads, "thread")}, in ${toSpan(trainedSeconds(history))}.`,
  ].join("\n\n")}\n`;
}

/** Hugging Face's own keys, and ours: of a base we know its name, not its place on their hub. */
function frontMatter({ start: { config, model, version } }: RunHistory): string {
  const tags = [
    "fastchat",
    "gguf",
    "conversational",
    ...(config.method === "lora" ? ["lora"] : []),
  ];
  const base = [
    `  base: ${JSON.stringify(toPrintable(model.name))}`,
    `  base_sha256: ${model.sha256}`,
  ];
  return [
    "---",
    "library_name: gguf",
    "pipeline_tag: text-generation",
    `tags: [${tags.join(", ")}]`,
    "fastchat:",
    `  version: ${JSON.stringify(version)}`,
    `  method: ${config.init === null ? config.method : "from scratch"}`,
    ...(model.sha256 === null ? [] : base),
    "---",
  ].join("\n");
}

const titleOf = ({ start: { config, model } }: RunHistory) =>
  config.method === "lora" ? `A LoRA adapter for ${model.name}` : model.name;

function madeFrom({ start: { config, model } }: RunHistory): string {
  const { parameters, trainable_parameters: trained } = model;
  if (model.sha256 === null)
    return `A new ${toMarkdown(model.architecture)} model of ${toGrouped(parameters)} parameters, from random weights.`;
  const how = config.method === "lora" ? "LoRA" : "full fine-tuning";
  const file = config.model_path === null ? "" : ` (\`${basename(config.model_path)}\`)`;
  return `Made from **${toMarkdown(model.name)}**${file} by ${how}: ${toGrouped(trained)} of ${toGrouped(parameters)} parameters were trained. SHA-256 of the base: \`${model.sha256}\`.`;
}

/** Paths as seen from the folder that this file is in. */
function serving({ start: { config } }: RunHistory, end: TrainEnd): string {
  const servable = servableOf({ ...config, output: "" }, end);
  const files = end.outputs.map((name) => `\`${name}\``).join(", ");
  if (servable === undefined) return `Files: ${files || "none"}.`;
  const { modelPath, lora } = servable;
  const command = serveCommand({
    modelPath: lora === null ? modelPath : basename(modelPath),
    lora,
  });
  return `Files: ${files}. To serve it:\n\n\`\`\`sh\n${command}\n\`\`\``;
}

function curves(history: RunHistory): string {
  const { steps, evaluations } = history;
  const rows = [
    row("training loss (moving average)", smoothed(steps)),
    ...(evaluations.length > 0 ? [row("eval loss", evaluations)] : []),
  ];
  return table(["", "at the start", "at the end", "best", "at step"], rows);
}

type LossPoint = { step: number; loss: number };

function row(name: string, points: readonly LossPoint[]): string[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [name, "–", "–", "–", "–"];
  const best = points.reduce((a, b) => (b.loss < a.loss ? b : a));
  return [name, ...[first, last, best].map(({ loss }) => toLoss(loss)), toGrouped(best.step)];
}

function data({ start }: RunHistory): string {
  const { data } = start;
  const names = shortPaths(data.files.map(({ path }) => path));
  const words = `${toConversations(start)}; ${toGrouped(data.supervised_tokens)} of ${toCount(data.tokens, "token")} an epoch teach.`;
  const rows = data.files.map(({ conversations, weight, sha256 }, at) => [
    `\`${toPrintable(names[at] ?? "").replaceAll("`", "'")}\``,
    toGrouped(conversations),
    `${weight}`,
    `\`${sha256}\``,
  ]);
  return `${words}\n\n${table(["file", "conversations", "weight", "SHA-256"], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const toLine = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows].map(toLine).join("\n");
}

/** Text that Markdown shows as it is. */
const toMarkdown = (text: string) => toPrintable(text).replace(/[\\`*_{}[\]<>#|]/g, "\\$&");
