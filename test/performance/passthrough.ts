/**
 * @file What a worker in front of another server adds to it, at one connection, and what a proxy
 * that looks at nothing would: the same requests by turns to the server itself and through each of
 * them, so that a busy minute is everybody's.
 */
import { readFileSync } from "node:fs";
import { percentiles } from "../../src/bench/percentiles.ts";
import { postStream } from "../../src/http/openai-client.ts";
import {
  type Measured,
  type Setting,
  startBareProxy,
  startEcho,
  startRemote,
  startWorker,
} from "./servers.ts";

const requests = Number(process.env.REQUESTS ?? 500);
/** A program that has just been started is still being compiled; `WARM_UP=0` counts that too. */
const warmUp = Number(process.env.WARM_UP ?? 500);
/** What was promised, ms. */
const most = 1;

/** @param setting Of a tiny model: the smaller the answer's own time, the clearer the rest. */
export async function passthrough(setting: Setting): Promise<void> {
  for (const [name, start] of [
    ["a server that answers at once", () => startEcho()],
    ["our own worker with a tiny model", () => startWorker(setting)],
  ] as const) {
    const upstream = await start();
    const bare = await startBareProxy(upstream.baseUrl);
    const through = await startRemote(upstream.baseUrl);
    console.log(`\n# in front of ${name}, after ${warmUp} requests: what is added, ms`);
    for (const stream of [true, false]) await compare(upstream, { bare, through }, stream);
    for (const server of [through, bare, upstream]) await server.stop();
  }
}

/** Times of one request, ms. */
type Times = { first: number; whole: number };

type Between = { bare: Measured; through: Measured };

async function compare(
  upstream: Measured,
  { bare, through }: Between,
  stream: boolean,
): Promise<void> {
  const servers = [upstream, bare, through];
  const times: Times[][] = servers.map(() => []);
  let before = cpuTimes(servers);
  for (let i = 0; i < warmUp + requests; i++) {
    if (i === warmUp) before = cpuTimes(servers);
    for (const at of shuffled(servers)) {
      const one = await timed(servers[at] ?? upstream, stream);
      if (i >= warmUp) times[at]?.push(one);
    }
  }
  const spent = cpuTimes(servers).map((ms, at) => (ms - (before[at] ?? 0)) / requests);
  const [direct = [], ...passed] = times;
  for (const [at, name] of ["a bare proxy", "a worker"].entries()) {
    const added = passed[at] ?? [];
    const cpu = `${spent[at + 1]?.toFixed(2)} ms of processor time`;
    const limit = name === "a worker" ? most : null;
    if (stream) tell(`${name}: stream, first bytes`, { direct, added, key: "first", limit });
    tell(`${name}: ${stream ? "stream, to its end" : "whole answer"}`, {
      ...{ direct, added, key: "whole", limit, cpu },
    });
  }
}

/** Nobody always comes behind the same one, and finds the machine as that one left it. */
function shuffled(servers: readonly Measured[]): number[] {
  const drawn = servers.map((_, at) => ({ at, lot: Math.random() }));
  return drawn.sort((a, b) => a.lot - b.lot).map(({ at }) => at);
}

/** What each process has computed, ms: what a busy machine does not stretch. In steps of 10 ms. */
function cpuTimes(servers: readonly Measured[]): number[] {
  return servers.map(({ pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  });
}

async function timed({ baseUrl }: Measured, stream: boolean): Promise<Times> {
  const body = JSON.stringify({
    model: "bench",
    messages: [{ role: "user", content: "Say something." }],
    ...{ stream, max_tokens: 8, temperature: 0, ignore_eos: true },
  });
  const begin = performance.now();
  let first = 0;
  await postStream({ baseUrl }, "/chat/completions", body, () => {
    first ||= performance.now() - begin;
  });
  return { first, whole: performance.now() - begin };
}

type Told = {
  direct: Times[];
  added: Times[];
  key: keyof Times;
  /** None: nothing was promised of it. */
  limit: number | null;
  cpu?: string;
};

function tell(what: string, { direct, added, key, limit, cpu }: Told): void {
  const [own, with_] = [direct, added].map((all) => percentiles(all.map((it) => it[key])));
  if (!own || !with_) return;
  const mean = with_.mean - own.mean;
  const ms = (value: number) => value.toFixed(3);
  const notes = [
    `${ms(own.mean)} → ${ms(with_.mean)}`,
    ...(limit === null ? [] : [`wanted: ${limit}${mean <= limit ? "" : ", MISSED"}`]),
  ];
  const rest = `median +${ms(with_.p50 - own.p50)}, p99 +${ms(with_.p99 - own.p99)}`;
  console.log(`${what}: mean +${ms(mean)} (${notes.join("; ")}), ${rest}${cpu ? `; ${cpu}` : ""}`);
}
