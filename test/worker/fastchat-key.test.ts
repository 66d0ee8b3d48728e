/** @file A locked worker and FastChat's programs, which send no key but one that stands in an address. */
import { expect, test } from "vitest";
import { serveWorker } from "../../src/worker/serve.ts";
import { keep } from "../support/started.ts";
import { tinyModel } from "../support/tiny-models.ts";

test("a worker with a key lets in whoever has it in the address", async () => {
  const modelPath = tinyModel({ architecture: "qwen2" });
  const usual = { host: "127.0.0.1", port: 0, threads: 1, slots: 1 };
  const { url } = keep(
    await serveWorker({ ...usual, modelPath, names: ["tiny"], joinToken: "key" }),
  );
  const status = async (headers: Record<string, string>) => {
    const answer = await fetch(`${url}/worker_get_status`, { method: "POST", headers });
    return [answer.status, await answer.json()];
  };
  const basic = (password: string) => ({
    authorization: `Basic ${Buffer.from(`worker:${password}`).toString("base64")}`,
  });
  expect(await status({})).toMatchObject([401, { error_code: 40102 }]);
  expect(await status(basic("other"))).toMatchObject([401, { error_code: 40102 }]);
  expect(await status(basic("key"))).toMatchObject([200, { speed: 1 }]);
});
