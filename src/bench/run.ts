/**
 * @file A whole measurement: calibrate the prompts, then, level by level, put each server under
 * load in short rounds; with two servers the rounds go A B B A, on the same bytes.
 */
import type { OpenAiServer } from "../http/openai-client.ts";
import { type ArrivalPattern, arrivalTimes } from "./arrivals.ts";
import { calibrateWords } from "./calibration.ts";
import { type Comparison, compare } from "./comparison.ts";
import { closedLoop, openLoop } from "./load.ts";
import { conversation, type PromptShape } from "./prompts.ts";
import { type Ask, ask, type Message, type Sample } from "./sample.ts";
import { type Summary, summarise } from "./summary.ts";

/** A closed loop of so many clients, or so many requests per second. */
export type Level = { concurrency: number } | { rate: number; arrivals: ArrivalPattern };

export type BenchOptions = {
  /** One server, or two to compare. */
  targets: readonly [BenchTarget] | readonly [BenchTarget, BenchTarget];
  levels: readonly Level[];
  /** Requests of one round; 0 takes 4 for each client, or 4 s of arrivals. */
  requests: number;
  /** A round begins nothing new after this long. */
  durationMs: number;
  /** Pairs of rounds per level (with one server: rounds). */
  rounds: number;
  promptTokens: number;
  maxTokens: number;
  sharedPrefix: number;
  turns: number;
  seed: number;
  /** Gives each server bytes of its own: for two ways to one worker, which would know them already. */
  distinctPrompts: boolean;
  /** Numbers in [0, 1) from a seed. */
  uniform: (seed: number) => () => number;
  onProgress: (line: string) => void;
};

type BenchTarget = { server: OpenAiServer; model: string };

export type LevelReport = {
  level: Level;
  /** In the order of the targets: all rounds of a server taken together, then one by one. */
  servers: { url: string; model: string; total: Summary; rounds: Summary[] }[];
  comparison: Comparison | null;
};

export type BenchReport = {
  words: number;
  levels: LevelReport[];
  /** What the generator itself cost, so that its share of the machine can be judged. */
  generatorCpuMsPerRequest: number;
};

/** Conversations of different rounds are never alike, so that no round finds another's cache. */
const roundStride = 100_000;
const defaultRequestsPerClient = 4;
const defaultOpenSeconds = 4;
const warmUpTokens = 4;

/** @throws {Error} a server does not answer the first requests; later failures are counted. */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const words = await calibrate(options);
  const shape = {
    words,
    sharedPrefix: options.sharedPrefix,
    turns: options.turns,
  };
  const cpu = process.cpuUsage();
  const levels: LevelReport[] = [];
  for (const [i, level] of options.levels.entries())
    levels.push(await runLevel(options, level, shape, i * options.rounds));
  const { user, system } = process.cpuUsage(cpu);
  const requests = levels.flatMap(({ servers }) => servers).map(({ total }) => total.requests);
  const count = Math.max(
    1,
    requests.reduce((sum, one) => sum + one, 0),
  );
  return {
    words,
    levels,
    generatorCpuMsPerRequest: (user + system) / 1000 / count,
  };
}

async function calibrate(options: BenchOptions): Promise<number> {
  const { targets, promptTokens, maxTokens, seed, uniform } = options;
  const text = (words: number) =>
    conversation(uniform, seed + 1, 0, {
      words,
      sharedPrefix: 0,
      turns: 1,
    }).join();
  const found: number[] = [];
  for (const target of targets)
    found.push(await calibrateWords({ ...target, maxTokens }, promptTokens, text));
  return found[0] ?? 1;
}

async function runLevel(
  options: BenchOptions,
  level: Level,
  shape: PromptShape,
  firstRound: number,
): Promise<LevelReport> {
  await warmUp(options, level, shape);
  const rounds: Sample[][][] = options.targets.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    const order = [...options.targets.keys()];
    if (round % 2 === 1) order.reverse();
    for (const i of order) {
      const own = options.distinctPrompts ? i * (roundStride / 2) : 0;
      const base = (firstRound + round + 1) * roundStride + own;
      rounds[i]?.push(await runRound(options, level, shape, i, base));
    }
    options.onProgress(`${nameLevel(level)}: round ${round + 1} of ${options.rounds}`);
  }
  return toReport(options, level, rounds);
}

/** Opens every client's connection and wakes the server's threads; none of it is counted. */
async function warmUp(options: BenchOptions, level: Level, shape: PromptShape): Promise<void> {
  const clients = "concurrency" in level ? level.concurrency : 1;
  const once = {
    ...options,
    requests: clients,
    turns: 1,
    maxTokens: Math.min(options.maxTokens, warmUpTokens),
    durationMs: Number.POSITIVE_INFINITY,
  };
  for (const i of options.targets.keys())
    await runRound(once, { concurrency: clients }, { ...shape, turns: 1 }, i, 0);
}

function toReport(options: BenchOptions, level: Level, rounds: Sample[][][]): LevelReport {
  const servers = options.targets.map(({ server, model }, i) => {
    const summaries = (rounds[i] ?? []).map(summarise);
    return {
      url: server.baseUrl,
      model,
      total: total(rounds[i] ?? []),
      rounds: summaries,
    };
  });
  const [a, b] = servers;
  const pairs =
    a && b ? a.rounds.flatMap((x, i) => (b.rounds[i] ? [[x, b.rounds[i]] as const] : [])) : null;
  return { level, servers, comparison: pairs && compare(pairs) };
}

/** All rounds in one, moved together in time so that the pauses between them do not count. */
function total(rounds: Sample[][]): Summary {
  let offset = 0;
  const moved = rounds.flatMap((samples) => {
    if (samples.length === 0) return [];
    const start = Math.min(...samples.map(({ startMs }) => startMs));
    const shift = offset - start;
    offset += summarise(samples).wallMs;
    return samples.map((one) => ({
      ...one,
      startMs: one.startMs + shift,
      endMs: one.endMs + shift,
    }));
  });
  return summarise(moved);
}

async function runRound(
  options: BenchOptions,
  level: Level,
  shape: PromptShape,
  targetIndex: number,
  base: number,
): Promise<Sample[]> {
  const target = options.targets[targetIndex];
  if (!target) return [];
  const { uniform, seed, maxTokens, durationMs } = options;
  const samples: Sample[] = [];
  const run = async (index: number) => {
    const questions = conversation(uniform, seed, base + index, shape);
    await converse({ ...target, maxTokens }, questions, samples);
  };
  const conversations = conversationsOf(options, level);
  if ("concurrency" in level)
    await closedLoop(level.concurrency, { conversations, durationMs }, run);
  else {
    const { rate, arrivals } = level;
    const times = arrivalTimes(conversations, rate / shape.turns, arrivals, uniform(seed + base));
    await openLoop(
      times.filter((time) => time < durationMs),
      run,
    );
  }
  return samples;
}

/** Asks each question with the history so far; a failure ends the conversation. */
async function converse(target: Ask, questions: readonly string[], samples: Sample[]) {
  const messages: Message[] = [];
  for (const [turn, content] of questions.entries()) {
    messages.push({ role: "user", content });
    const { sample, text } = await ask(target, messages, turn < questions.length - 1);
    samples.push(sample);
    if (sample.error !== null) return;
    messages.push({ role: "assistant", content: text });
  }
}

function conversationsOf({ requests, turns, durationMs }: BenchOptions, level: Level): number {
  if (requests > 0) return Math.ceil(requests / turns);
  if (Number.isFinite(durationMs)) {
    const perSecond = "rate" in level ? level.rate / turns : 10_000;
    return Math.ceil((durationMs / 1000) * perSecond);
  }
  if ("rate" in level) return Math.ceil((level.rate * defaultOpenSeconds) / turns);
  return level.concurrency * defaultRequestsPerClient;
}

export function nameLevel(level: Level): string {
  if ("rate" in level) return `${level.rate} requests/s, ${level.arrivals}`;
  return `${level.concurrency} at once`;
}
