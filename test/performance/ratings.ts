/**
 * @file `make bench BENCH=ratings`: `fastchat rank` as a whole process, from files of 100 000 and of
 * a million battles of 100 models; with FASTCHAT naming a checkout of LMSYS's FastChat, in turn with
 * its own functions on the same files (PYTHON, by default python3, with pandas, scipy and tqdm).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { uniform } from "../../src/fresh/random.ts";
import { winners } from "../../src/protocol/battle.ts";
import { bootstrapStrengths } from "../../src/rating/bootstrap.ts";
import { fitBradleyTerry } from "../../src/rating/bradley-terry.ts";
import { toOutcomes } from "../../src/rating/pair-outcomes.ts";
import { PairTable } from "../../src/rating/pair-table.ts";
import { randomStream } from "../../src/rating/random.ts";
import { generateBattles } from "../rating/golden.ts";

const program = fileURLToPath(new URL("../../bin/fastchat.js", import.meta.url));
const peerProgram = fileURLToPath(new URL("fastchat-ratings.py", import.meta.url));
const peer = process.env.FASTCHAT;
const python = process.env.PYTHON ?? "python3";
const rounds = Number(process.env.ROUNDS ?? 5);

/** What is asked of `fastchat rank`, and the name of the same in the peer's script. */
const jobs: [name: string, flags: string[], peerJob: string, style: boolean][] = [
  ["BT + sandwich", [], "bt", false],
  ["BT + 100 bootstraps", ["--bootstrap", "100"], "bootstrap", false],
  ["style + 100 bootstraps", ["--style-control", "--bootstrap", "100"], "style", true],
];

export async function ratings(folder: string): Promise<void> {
  const start = await median(() => run(process.execPath, [program, "rank", "--help"]));
  console.log(
    `\n# fastchat rank: whole process, the median of ${rounds}; start-up alone ${toText(start)}`,
  );
  for (const count of [100_000, 1_000_000]) {
    const files = {
      plain: join(folder, `${count}.jsonl`),
      styled: join(folder, `${count}-style.jsonl`),
    };
    await writeBattles(files.plain, count, false);
    await writeBattles(files.styled, count, true);
    const { bootstrap, vote } = kernel(count);
    console.log(
      `${count} battles, in memory: 100 bootstraps ${bootstrap.toFixed(0)} ms; a vote more and a new fit ${vote.toFixed(1)} ms`,
    );
    for (const [name, flags, peerJob, style] of jobs) {
      const file = style ? files.styled : files.plain;
      const ours = () => run(process.execPath, [program, "rank", file, ...flags]);
      const theirs = () => run(python, [peerProgram, peer ?? "", file, peerJob]);
      const [mine, other] = await inTurn(ours, peer === undefined ? undefined : theirs);
      const beyond = `${((mine.ms - start.ms) / 1000).toFixed(2)} s over start-up`;
      const ratio =
        other && `; FastChat ${toText(other)}: ${(other.ms / mine.ms).toFixed(1)} times that`;
      console.log(`${count} battles, ${name}: ${toText(mine)}, ${beyond}${ratio ?? ""}`);
    }
  }
}

/** From the pair table, with no file and no process: ms, the best of 20. */
function kernel(count: number): { bootstrap: number; vote: number } {
  const table = new PairTable(100);
  for (const [a, b, outcome] of generateBattles(100, count, uniform(20240307)))
    table.add(a, b, outcome);
  const outcomesNow = () => toOutcomes(table.counts(), "half", false);
  const outcomes = outcomesNow();
  const fit = fitBradleyTerry(outcomes);
  const vote = best(() => {
    table.add(3, 7, 0);
    fitBradleyTerry(outcomesNow(), fit.strengths);
  });
  const bootstrap = best(() => {
    bootstrapStrengths(outcomes, fit, 100, (round) => randomStream(0, round));
  });
  return { bootstrap, vote };
}

function best(work: () => void): number {
  const times = Array.from({ length: 20 }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  });
  return Math.min(...times);
}

type Measured = { ms: number; bytes: number };

const toText = ({ ms, bytes }: Measured) =>
  `${(ms / 1000).toFixed(2)} s, ${Math.round(bytes / 1e6)} MB`;

async function inTurn(ours: () => Promise<Measured>, theirs?: () => Promise<Measured>) {
  if (theirs === undefined) return [await median(ours), undefined] as const;
  const [mine, other]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    mine.push(await ours());
    other.push(await theirs());
  }
  return [middle(mine), middle(other)] as const;
}

async function median(measure: () => Promise<Measured>): Promise<Measured> {
  const all: Measured[] = [];
  for (let round = 0; round < rounds; round++) all.push(await measure());
  return middle(all);
}

function middle(all: Measured[]): Measured {
  const of = (key: keyof Measured) =>
    all.map((one) => one[key]).sort((one, other) => one - other)[Math.floor(all.length / 2)];
  return { ms: of("ms"), bytes: of("bytes") };
}

/** Wall time from start to exit, and the most memory it held, as far as a look each 20 ms sees it. */
async function run(command: string, args: string[]): Promise<Measured> {
  const begin = performance.now();
  const child = spawn(command, args, { stdio: "ignore" });
  let bytes = 0;
  const look = setInterval(() => {
    bytes = Math.max(bytes, peakBytes(child.pid ?? 0));
  }, 20);
  const [code] = await once(child, "exit");
  clearInterval(look);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
  return { ms: performance.now() - begin, bytes };
}

function peakBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0; // it has ended, or this is no Linux
  }
}

/** The golden generator's battles as FastChat's cleaning writes them; with what style control needs. */
async function writeBattles(file: string, count: number, withStyle: boolean): Promise<void> {
  const out = createWriteStream(file);
  const random = uniform(42);
  const upTo = (most: number) => Math.floor(random() * most);
  let text = "";
  for (const [row, [a, b, outcome]] of generateBattles(100, count, uniform(20240307)).entries()) {
    const style = () => ({ tokens: upTo(900), headers: upTo(5), lists: upTo(9), bolds: upTo(9) });
    const [one, other] = withStyle ? [style(), style()] : [];
    text += `${JSON.stringify({
      model_a: nameOf(a),
      model_b: nameOf(b),
      winner: winners[outcome] === "both_bad" ? "tie (bothbad)" : winners[outcome],
      judge: `arena_user_${(row * 7919) % 50_000}`,
      turn: 1 + (row % 3),
      anony: true,
      language: row % 4 === 0 ? "Chinese" : "English",
      tstamp: 1_690_000_000 + row * 3.25,
      ...(one && other && { conv_metadata: toMetadata(one, other) }),
    })}\n`;
    if (text.length > 1e6) {
      if (!out.write(text)) await once(out, "drain");
      text = "";
    }
  }
  out.end(text);
  await once(out, "finish");
}

const nameOf = (model: number) => `model-${String(model).padStart(3, "0")}`;

type Style = { tokens: number; headers: number; lists: number; bolds: number };

const toMetadata = (a: Style, b: Style) => ({
  sum_assistant_a_tokens: a.tokens,
  sum_assistant_b_tokens: b.tokens,
  header_count_a: { h1: 0, h2: a.headers },
  header_count_b: { h1: 0, h2: b.headers },
  list_count_a: { ordered: 0, unordered: a.lists },
  list_count_b: { ordered: 0, unordered: b.lists },
  bold_count_a: { "**": a.bolds, __: 0 },
  bold_count_b: { "**": b.bolds, __: 0 },
});
