/** @file A measurement as text for the terminal. */
import { type Comparison, type Figure, figures, type Ratio } from "./comparison.ts";
import type { Percentiles } from "./percentiles.ts";
import { type BenchReport, type LevelReport, nameLevel } from "./run.ts";
import type { Summary } from "./summary.ts";

/** Everything that was measured, a block per level. */
export function toTable(report: BenchReport): string {
  const cpu = report.generatorCpuMsPerRequest.toFixed(2);
  const note = `The generator itself used ${cpu} ms of CPU a request.`;
  return [...report.levels.map(levelBlock), note].join("\n\n");
}

function levelBlock({ level, servers, comparison }: LevelReport): string {
  const blocks = servers.map(({ url, model, total }) => `${url} (${model})\n${summaryRows(total)}`);
  return [
    `== ${nameLevel(level)} ==`,
    ...blocks,
    ...(comparison
      ? [`first ÷ second: median of rounds (least–greatest)\n${ratioRows(comparison)}`]
      : []),
  ].join("\n");
}

function summaryRows(one: Summary): string {
  const rates: [string, string][] = [
    ["requests", `${one.requests}, ${one.requestsPerSecond.toFixed(2)}/s`],
    [
      "tokens/s",
      `${one.tokensPerSecond.toFixed(1)} completion, ${one.totalTokensPerSecond.toFixed(1)} with prompts`,
    ],
    [
      "tokens",
      `${one.promptTokens} prompt (${one.cachedTokens} cached), ${one.completionTokens} completion`,
    ],
  ];
  const spreads: [string, Percentiles | null][] = [
    ["TTFT ms", one.ttftMs],
    ["TTFT ms, turn ≥ 2", one.laterTtftMs],
    ["TPOT ms", one.tpotMs],
    ["end to end ms", one.endToEndMs],
  ];
  const errors = Object.entries(one.errors).map(([kind, count]) => `${count} × ${kind}`);
  return [
    ...rates.map(([name, value]) => row(name, value)),
    ...spreads.flatMap(([name, value]) => (value ? [row(name, toWords(value))] : [])),
    row("errors", errors.join(", ") || "none"),
  ].join("\n");
}

const toWords = ({ p50, p90, p99 }: Percentiles) =>
  `p50 ${p50.toFixed(1)}   p90 ${p90.toFixed(1)}   p99 ${p99.toFixed(1)}`;

const names: Record<Figure, string> = {
  tokensPerSecond: "completion tokens/s",
  totalTokensPerSecond: "total tokens/s",
  requestsPerSecond: "requests/s",
  ttftMs: "TTFT p50",
  laterTtftMs: "TTFT p50, turn ≥ 2",
  tpotMs: "TPOT p50",
  endToEndMs: "end to end p50",
};

function ratioRows(comparison: Comparison): string {
  const all = Object.keys(figures) as Figure[];
  return all.flatMap((figure) => ratioRow(names[figure], comparison[figure])).join("\n");
}

function ratioRow(name: string, ratio: Ratio | null): string[] {
  if (!ratio) return [];
  const [median, least, greatest] = [ratio.median, ratio.least, ratio.greatest].map((it) =>
    it.toFixed(3),
  );
  return [row(name, `${median} (${least}–${greatest}, ${ratio.pairs} pairs)`)];
}

const row = (name: string, value: string) => `  ${name.padEnd(20)}${value}`;
