/**
 * @file Which worker gets a request. Pure: it is told what is known of each worker, and rolls the
 * dice it is given.
 *
 * `lottery` and `shortest_queue` are FastChat's. `auto` predicts, for each worker, when it would
 * have read this prompt: the tokens before it in the queue and those of the prompt that are not in
 * its KV cache, over its tokens per second. So a cached prefix draws a request exactly as long as
 * the prefill it saves is worth more than the longer queue. Among the nearly equal, two are drawn
 * and the emptier one taken, so that several apis do not all run to the same worker
 * (M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).
 */
import { adapterIn } from "../protocol/adapter-names.ts";
import type { Capability } from "../protocol/openai.ts";
import type { DispatchMethod, WorkerState } from "../protocol/registry.ts";

/** A worker, and what the one who asks knows beyond its last heartbeat. */
export type Candidate = {
  worker: WorkerState;
  /** Our requests begun less those ended since the heartbeat, and their tokens. */
  requestsSince: number;
  tokensSince: number;
  ejected: boolean;
};

/** A beginning of the prompt: its hash (protocol/prefix.ts) and its tokens up to there, about. */
export type PromptPrefix = { hash: string; tokens: number };

export type Demand = {
  /** Id or alias, or `base:adapter`. */
  model: string;
  /** Null: whoever serves the model can do it. */
  capability: Capability | null;
  promptTokens: number;
  /** Shortest first. */
  prefixes: readonly PromptPrefix[];
  /** Workers that have failed this request. */
  tried: ReadonlySet<string>;
};

/** Uniform in [0, 1). */
export type Random = () => number;

/** Stands in where neither a worker nor its peers have told their speed yet. */
const assumedTokensPerSecond = 100;
/** Waits that differ by less than this are equal, as far as we can predict. */
const nearlySeconds = 0.01;
const nearlyRatio = 1.1;

/** Undefined when nobody can serve it. A worker that keeps failing is chosen only if all do. */
export function dispatch(
  method: DispatchMethod,
  candidates: readonly Candidate[],
  demand: Demand,
  random: Random,
): WorkerState | undefined {
  const able = candidates.filter(({ worker }) => canServe(worker, demand));
  const healthy = able.filter(({ ejected }) => !ejected);
  const choice = healthy.length > 0 ? healthy : able;
  if (choice.length < 2) return choice[0]?.worker;
  return methods[method](choice, demand, random)?.worker;
}

/** By its id or an alias, or as `base:adapter`. */
export function serves({ model }: WorkerState, name: string): boolean {
  return adapterIn(model, name) !== undefined;
}

function canServe(worker: WorkerState, { model, capability, tried }: Demand): boolean {
  return (
    serves(worker, model) &&
    isAble(worker, capability) &&
    !worker.draining &&
    !tried.has(worker.worker_id)
  );
}

export function isAble({ model }: WorkerState, capability: Capability | null): boolean {
  return capability === null || model.capabilities.includes(capability);
}

type Choose = (from: readonly Candidate[], demand: Demand, random: Random) => Candidate | undefined;

const methods: Record<DispatchMethod, Choose> = {
  lottery: (from, _, random) => draw(from, ({ worker }) => worker.speed, random),
  shortest_queue: (from, _, random) =>
    drawAmong(from, (candidate) => queueLength(candidate) / candidate.worker.speed, random),
  auto: chooseByWork,
};

function chooseByWork(from: readonly Candidate[], demand: Demand, random: Random) {
  const seconds = from.map((candidate) => secondsToRead(candidate, demand, from));
  const most = Math.min(...seconds) * nearlyRatio + nearlySeconds;
  const near = from.filter((_, i) => (seconds[i] ?? Infinity) <= most);
  return drawTwo(near, queueLength, random);
}

/** Seconds until the worker would have read the prompt. */
function secondsToRead(candidate: Candidate, demand: Demand, peers: readonly Candidate[]): number {
  const queued = Math.max(0, candidate.worker.load.pending_tokens + candidate.tokensSince);
  const unread = demand.promptTokens - cachedTokens(candidate.worker, demand.prefixes);
  return (queued + Math.max(0, unread)) / tokensPerSecond(candidate, peers);
}

function cachedTokens({ load }: WorkerState, prefixes: readonly PromptPrefix[]): number {
  const longest = prefixes.findLast(({ hash }) => load.prefixes.includes(hash));
  return longest?.tokens ?? 0;
}

/** A worker that has not run yet is taken to be as fast as its peers are on average. */
function tokensPerSecond({ worker }: Candidate, peers: readonly Candidate[]): number {
  if (worker.load.tokens_per_second > 0) return worker.load.tokens_per_second;
  const known = peers.map((peer) => peer.worker.load.tokens_per_second).filter((tps) => tps > 0);
  if (known.length === 0) return assumedTokensPerSecond * worker.speed;
  return known.reduce((sum, tps) => sum + tps, 0) / known.length;
}

/** FastChat's queue length: what runs and what waits. */
function queueLength({ worker: { load }, requestsSince }: Candidate): number {
  return Math.max(0, load.busy + load.queued + requestsSince);
}

/** One at random, each with a chance in proportion to its weight. */
export function draw<T>(from: readonly T[], weight: (of: T) => number, random: Random) {
  const total = from.reduce((sum, candidate) => sum + weight(candidate), 0);
  let ticket = random() * total;
  for (const candidate of from) {
    ticket -= weight(candidate);
    if (ticket < 0) return candidate;
  }
  return from.at(-1);
}

/** One of those with the least cost. */
function drawAmong(from: readonly Candidate[], cost: (of: Candidate) => number, random: Random) {
  const least = Math.min(...from.map(cost));
  return draw(
    from.filter((candidate) => cost(candidate) === least),
    () => 1,
    random,
  );
}

function drawTwo(from: readonly Candidate[], cost: (of: Candidate) => number, random: Random) {
  const first = draw(from, () => 1, random);
  const others = from.filter((candidate) => candidate !== first);
  const second = draw(others, () => 1, random);
  return first && second && cost(second) < cost(first) ? second : first;
}
