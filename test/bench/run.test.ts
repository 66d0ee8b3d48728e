/** @file Whole measurements of echo servers whose pace is known. */
import { afterEach, describe, expect, test } from "vitest";
import { type BenchOptions, runBench } from "../../src/bench/run.ts";
import { toTable } from "../../src/bench/table.ts";
import { uniform } from "../../src/fresh/random.ts";
import { type EchoServer, echoServer, type Law } from "./echo-server.ts";

const running: EchoServer[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.close())));

async function start(law?: Law): Promise<EchoServer> {
  const server = await echoServer(law);
  running.push(server);
  return server;
}

function options(first: EchoServer, second?: EchoServer): BenchOptions {
  const target = ({ baseUrl }: EchoServer) => ({ server: { baseUrl }, model: "echo" });
  return {
    targets: second ? [target(first), target(second)] : [target(first)],
    levels: [{ concurrency: 4 }],
    requests: 8,
    durationMs: Number.POSITIVE_INFINITY,
    rounds: 1,
    promptTokens: 45,
    maxTokens: 6,
    sharedPrefix: 0,
    turns: 1,
    seed: 1,
    distinctPrompts: false,
    uniform,
    onProgress: () => {},
  };
}

/** Bodies of counted requests: full answers, unlike those of calibration and warm-up. */
const counted = (server: EchoServer) => server.bodies.filter(({ max_tokens }) => max_tokens === 6);

describe("runBench", () => {
  test("finds the pace of the server", async () => {
    const server = await start({ firstMs: 60, paceMs: 20 });
    const { words, levels } = await runBench(options(server));
    expect(words).toBe(40); // the law: a token a word, and 5
    const total = levels[0]?.servers[0]?.total;
    expect(total).toMatchObject({
      requests: 8,
      errors: {},
      promptTokens: 360,
      completionTokens: 48,
    });
    expect(total?.ttftMs?.p50).toBeGreaterThanOrEqual(58);
    expect(total?.ttftMs?.p50).toBeLessThan(300);
    expect(total?.tpotMs?.p50).toBeGreaterThanOrEqual(18);
    expect(total?.tpotMs?.p50).toBeLessThan(100);
    expect(total?.endToEndMs?.p50).toBeGreaterThanOrEqual(175);
  });

  test("asks both servers the same bytes, in the order A B B A, and gives their ratio", async () => {
    const [a, b] = [await start({ paceMs: 10 }), await start({ paceMs: 30 })];
    const report = await runBench({ ...options(a, b), requests: 4, rounds: 2 });
    expect(counted(a)).toHaveLength(8);
    const asked = (server: EchoServer) =>
      counted(server)
        .map(({ at: _, ...body }) => JSON.stringify(body))
        .sort();
    expect(asked(a)).toEqual(asked(b));
    const order = [a, b].flatMap((server, i) => counted(server).map(({ at }) => ({ at, i })));
    const rounds = order.toSorted((x, y) => x.at - y.at).map(({ i }) => "AB"[i]);
    expect(rounds.join("")).toBe("AAAABBBBBBBBAAAA");
    const { comparison } = report.levels[0] ?? {};
    expect(comparison?.tokensPerSecond?.median).toBeGreaterThan(1.5);
    expect(comparison?.tpotMs?.median).toBeLessThan(0.7);
    expect(comparison?.tokensPerSecond?.pairs).toBe(2);
    expect(toTable(report)).toContain("first ÷ second");
  });

  test("asks each server its own bytes where both lead to one worker", async () => {
    const [a, b] = [await start(), await start()];
    await runBench({ ...options(a, b), distinctPrompts: true });
    const questions = [a, b].flatMap(counted).map(({ messages }) => messages[0]?.content);
    expect(new Set(questions).size).toBe(16);
  });

  test("re-sends the real history in later turns and reports their TTFT apart", async () => {
    const server = await start();
    const report = await runBench({ ...options(server), requests: 4, turns: 2 });
    const second = counted(server).filter(({ messages }) => messages.length === 3);
    expect(second).toHaveLength(2);
    for (const { messages } of second) {
      const [question, answer] = messages;
      const first = question?.content.split(" ").slice(0, 6).join(" ");
      expect(answer).toEqual({ role: "assistant", content: `${first} ` });
    }
    expect(report.levels[0]?.servers[0]?.total.laterTtftMs?.p50).toBeGreaterThan(0);
  });

  test("counts refusals and broken streams by kind, and never as answers", async () => {
    const refusing = await start({ refuseEvery: 4 });
    const breaking = await start({ breakAfter: 5 });
    const { levels } = await runBench(options(refusing, breaking));
    const [a, b] = levels[0]?.servers ?? [];
    expect(a?.total.errors).toEqual({ "http 429 rate_limit_exceeded": 2 });
    expect(a?.total.completionTokens).toBe(36);
    expect(b?.total.errors).toEqual({ "stream broke off": 8 });
    expect(b?.total.endToEndMs).toBeNull();
  });

  test("sends at the asked rate, whoever still waits", async () => {
    const server = await start({ firstMs: 300 });
    const levels = [{ rate: 50, arrivals: "fixed" as const }];
    const report = await runBench({ ...options(server), levels, requests: 10 });
    const total = report.levels[0]?.servers[0]?.total;
    expect(total?.requests).toBe(10);
    expect(total?.wallMs).toBeGreaterThanOrEqual(470); // 9 gaps of 20 ms, then 300 ms
    expect(total?.wallMs).toBeLessThan(1500); // one after the other it would be 3 s
  });

  test("stops beginning requests when the round's time is up", async () => {
    const server = await start({ firstMs: 50 });
    const report = await runBench({ ...options(server), requests: 0, durationMs: 200 });
    const requests = report.levels[0]?.servers[0]?.total.requests ?? 0;
    expect(requests).toBeGreaterThanOrEqual(4);
    expect(requests).toBeLessThanOrEqual(20);
  });

  test("says which server does not answer", async () => {
    const server = await start();
    await server.close();
    await expect(runBench(options(server))).rejects.toThrow(`${server.baseUrl}: ECONNREFUSED`);
  });
});
