/** @file FastChat's generation routes over a model with a law: what goes wrong, and what it is asked. */
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { serve } from "../../src/http/serve.ts";
import { generationRoutes } from "../../src/serving/fastchat/generation-routes.ts";
import { oneModel } from "../../src/serving/models.ts";
import { echoSpeaker } from "../support/echo-speaker.ts";
import { keep } from "../support/started.ts";

const nobody = { recorder: () => () => {} };

async function start() {
  const speaker = echoSpeaker();
  const app = createApp().route(
    "/",
    generationRoutes(
      oneModel(() => speaker),
      nobody,
      () => "echo",
    ),
  );
  const { url } = keep(await serve(app, { host: "127.0.0.1", port: 0 }));
  const post = (path: string, body: object) =>
    fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return { speaker, post };
}

describe("FastChat's generation routes", () => {
  test("tell a failure in the middle of an answer in a last frame", async () => {
    const { post } = await start();
    const asked = { prompt: "one two\nfail" };
    const answer = await post("/worker_generate_stream", asked);
    expect(answer.status).toBe(200);
    const frames = (await answer.text()).split("\0").filter((frame) => frame !== "");
    expect(JSON.parse(frames.at(-2) ?? "")).toMatchObject({ text: "one two\n", error_code: 0 });
    expect(frames.at(-1)).toBe(
      '{"text": "**NETWORK ERROR DUE TO HIGH TRAFFIC. PLEASE REGENERATE OR REFRESH THIS PAGE.**\\n\\n(The worker that served \'echo\' stopped before the answer was complete.)", "error_code": 50001}',
    );
    const whole = await post("/worker_generate", asked);
    expect([whole.status, await whole.text()]).toEqual([200, frames.at(-1)]);
  });

  test("ask with FastChat's defaults where nothing is said", async () => {
    const { speaker, post } = await start();
    await (await post("/worker_generate", { prompt: "one" })).text();
    expect(speaker.completions[0]).toMatchObject({
      model: "echo",
      temperature: 1,
      top_p: 1,
      top_k: -1,
      min_p: 0,
      repeat_penalty: 1,
      max_tokens: 256,
      echo: true,
      logprobs: null,
      stop: [],
    });
  });

  test.for([
    [{ temperature: 9e-6 }, { temperature: 0 }],
    [
      { temperature: 0.5, top_p: 1e-9 },
      { temperature: 0, top_p: 1 },
    ],
    [{ repetition_penalty: 1.2 }, { repeat_penalty: 1.2, repeat_last_n: -1 }],
    [{ repetition_penalty: 0.5 }, { repeat_penalty: 1 }], // FastChat's has no reward
    [{ max_new_tokens: 0 }, { max_tokens: 4096 }],
    [{ max_new_tokens: 1_048_576 }, { max_tokens: 4096 }],
    [{ stop: "a" }, { stop: ["a"] }],
    [{ stop: ["", "b"] }, { stop: ["b"] }],
    [{ stop_token_ids: [-1, 7] }, { stop_token_ids: [7] }],
    [{ logprobs: true }, { logprobs: 1 }],
    [{ logprobs: 0 }, { logprobs: 0 }],
  ])("ask for %o by %o", async ([asked, request]) => {
    const { speaker, post } = await start();
    await (await post("/worker_generate", { prompt: "one", ...asked })).text();
    expect(speaker.completions[0]).toMatchObject(request ?? {});
  });

  test("refuse a body that is none with a status", async () => {
    const { post } = await start();
    const answer = await post("/worker_generate", { prompt: 7 });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error_code: 40001 }]);
  });
});
