/**
 * @file What a worker in front of another server adds to it, at one connection: the same requests by
 * turns to the server itself and through the worker, so that a busy minute is everybody's.
 */
import { readFileSync } from "node:fs";
import { percentiles } from "../../src/bench/percentiles.ts";
import { postStream } from "../../src/http/openai-client.ts";
import { type Measured, type Setting, startEcho, startRemote, startWorker } from "./servers.ts";

const requests = Number(process.env.REQUESTS ?? 500);
const warmUp = 50;
/** What was promised, ms. */
const most = 1;

/** @param setting Of a tiny model: the smaller the answer's own time, the clearer the rest. */
export async function passthrough(setting: Setting): Promise<void> {
  for (const [name, start] of [
    ["a server that answers at once", () => startEcho()],
    ["our own worker with a tiny model", () => startWorker(setting)],
  ] as const) {
    const upstream = await start();
    const through = await startRemote(upstream.baseUrl);
    console.log(`\n# a worker in front of ${name}: what it adds, ms`);
    for (const stream of [true, false]) {
      const before = cpuMs(through.pid);
      await compare(upstream, through, stream);
      const spent = (cpuMs(through.pid) - before) / (warmUp + requests);
      console.log(`  of the worker's own: ${spent.toFixed(2)} ms of processor time a request`);
    }
    await through.stop();
    await upstream.stop();
  }
}

/** What the process has computed, ms: what a busy machine does not stretch. In steps of 10 ms. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Times of one request, ms. */
type Times = { first: number; whole: number };

async function compare(upstream: Measured, through: Measured, stream: boolean): Promise<void> {
  const [direct, passed]: [Times[], Times[]] = [[], []];
  for (let i = 0; i < warmUp + requests; i++) {
    // Who goes first changes, so that neither finds the server warmer.
    const pair = i % 2 ? ([upstream, through] as const) : ([through, upstream] as const);
    const times = [await timed(pair[0], stream), await timed(pair[1], stream)] as const;
    if (i < warmUp) continue;
    direct.push(i % 2 ? times[0] : times[1]);
    passed.push(i % 2 ? times[1] : times[0]);
  }
  if (stream) tell("stream, first bytes", direct, passed, "first");
  tell(stream ? "stream, to its end" : "whole answer", direct, passed, "whole");
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

function tell(what: string, direct: Times[], passed: Times[], key: keyof Times): void {
  const [own, with_] = [direct, passed].map((all) => percentiles(all.map((it) => it[key])));
  if (!own || !with_) return;
  const added = with_.mean - own.mean;
  const verdict = added <= most ? "" : ", MISSED";
  const ms = (value: number) => value.toFixed(3);
  console.log(
    `${what}: mean +${ms(added)} (${ms(own.mean)} → ${ms(with_.mean)}; wanted: ${most}${verdict}), median +${ms(with_.p50 - own.p50)}, p99 +${ms(with_.p99 - own.p99)}`,
  );
}
