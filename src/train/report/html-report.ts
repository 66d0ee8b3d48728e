/**
 * @file A training run as one page: what became of the loss, how, from what, with which options.
 *
 * The same records give the same bytes: there is no clock and no random name in it.
 */
import { figureSection, pairList, toDocument } from "../../page/document.ts";
import { inCell, numberTable, scrollBox } from "../../page/figure.ts";
import { html, type Markup } from "../../page/markup.ts";
import { toCount, toGrouped } from "../../page/number-words.ts";
import { toStylesheet } from "../../page/style.ts";
import { runFigures } from "./figures.ts";
import { optionPairs } from "./options.ts";
import type { RunHistory } from "./run-history.ts";
import {
  shortPaths,
  toConversations,
  toEnding,
  toMoment,
  toSpan,
  toVerdict,
  trainedSeconds,
} from "./run-words.ts";

export function toHtml(history: RunHistory): string {
  const { start } = history;
  return toDocument({
    title: `Training of ${start.model.name}`,
    stylesheet: toStylesheet({ all: sideBySide }),
    lead: [toVerdict(history), toEnding(history)],
    main: html`
${figureSection(runFigures(history))}
<section>
<h2>The run</h2>
${pairList(runFacts(history))}
</section>
<section>
<h2 id="data">The data</h2>
<p>${dataWords(history)}</p>
${scrollBox("data", dataTable(history))}
</section>
<section>
<h2>The options</h2>
${pairList(optionPairs(start.config))}
</section>`,
  });
}

/** Lines need less room than names: two figures fit beside one another earlier. */
const sideBySide = `@media screen and (min-width: 1000px) {
  main .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
`;

function runFacts(history: RunHistory): [string, string][] {
  const { start, steps, resumes, end } = history;
  const { model } = start;
  const tokens = steps.reduce((sum, step) => sum + step.tokens, 0);
  const resumed = resumes.map(
    ({ step, time }) => `after step ${toGrouped(step)}, ${toMoment(time)}`,
  );
  return [
    ["model", `${model.name} (${model.architecture})`],
    ["SHA-256 of its file", model.sha256 ?? "none: it is a new model"],
    ["parameters", toGrouped(model.parameters)],
    ["of them trained", toGrouped(model.trainable_parameters)],
    ["device", `${start.device}, ${toCount(start.threads, "thread")}`],
    ["began", toMoment(start.time)],
    ...resumed.map((words): [string, string] => ["resumed", words]),
    ...(end ? [["ended", toMoment(end.time)] as [string, string]] : []),
    ["trained for", toSpan(trainedSeconds(history))],
    ["tokens learned from", toGrouped(tokens)],
    ...(end
      ? [["peak memory", `${toGrouped(end.peak_memory_bytes / 1e6)} MB`] as [string, string]]
      : []),
    ["written", end && end.outputs.length > 0 ? end.outputs.join(", ") : "nothing yet"],
    ["FastChat", start.version],
  ];
}

function dataWords({ start }: RunHistory): string {
  const { data } = start;
  const skipped =
    data.skipped > 0 ? ` ${toCount(data.skipped, "bad row was", "bad rows were")} left out.` : "";
  return `${toConversations(start)}; ${toCount(data.tokens, "token")} an epoch, of which ${toGrouped(data.supervised_tokens)} teach, in ${toCount(data.rows, "row")}.${skipped}`;
}

function dataTable({ start: { data } }: RunHistory): Markup {
  const names = shortPaths(data.files.map(({ path }) => path));
  return numberTable(
    ["File", "Conversations", "Weight", "SHA-256"],
    data.files.map(({ conversations, weight, sha256 }, at) => [
      inCell(names[at] ?? ""),
      toGrouped(conversations),
      `${weight}`,
      html`<code>${sha256}</code>`,
    ]),
  );
}
