/** @file A worker over ten thousand requests, each aborted, finished or refused: nothing stays behind. */
import { expect, test } from "vitest";
import { residentBytes, startWorker } from "../performance/servers.ts";
import { eventually } from "../support/eventually.ts";
import { tinyModel } from "../support/tiny-models.ts";

const requests = Number(process.env.REQUESTS ?? 10_000);
const clients = 16;

test("a worker neither grows nor keeps a slot over thousands of requests", async () => {
  const modelPath = tinyModel({ architecture: "qwen2" });
  const setting = { modelPath, slots: 8, threads: 1, contextSize: 2048 };
  const worker = await startWorker(setting, "--cache-ram=0"); // what grows then is a leak
  const sizes: number[] = [];
  for (let part = 0; part < 5; part++) {
    await Promise.all(
      Array.from({ length: clients }, (_, i) => talk(worker.baseUrl, part * clients + i)),
    );
    sizes.push(residentBytes(worker.pid) / 1e6);
  }
  const slots = async () =>
    (await (await fetch(`${worker.baseUrl.replace("/v1", "")}/slots`)).json()) as {
      busy: boolean;
    }[];
  await eventually(async () => (await slots()).every(({ busy }) => !busy), 2000);
  console.log(`resident MB after each fifth: ${sizes.map((mb) => mb.toFixed(1)).join(" ")}`);
  // The first fifth fills caches; after it a leak of 1 kB a request would show as 8 MB.
  expect((sizes[4] ?? 0) - (sizes[1] ?? 0)).toBeLessThan(8);
  expect(sizes[4]).toBeLessThan(300);
  await worker.stop();
});

/** One client's share of a fifth: chats of many lengths, every third one left in the middle. */
async function talk(baseUrl: string, seed: number): Promise<void> {
  for (let i = 0; i < requests / 5 / clients; i++) {
    const abort = new AbortController();
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      signal: abort.signal,
      body: JSON.stringify({
        model: "bench",
        stream: i % 2 === 0,
        max_tokens: 1 + (i % 24),
        ignore_eos: true,
        messages: [{ role: "user", content: `${seed} says ${"llama ".repeat(i % 40)}${i}` }],
      }),
    });
    if (i % 3 === 0) abort.abort();
    await response.text().catch(() => "");
  }
}
