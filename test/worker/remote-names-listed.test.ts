/** @file A model that its server does not list: refused where the list is all that the server has. */
import { describe, expect, test } from "vitest";
import { serveRemoteWorker } from "../../src/worker/serve-remote.ts";
import { eventually } from "../support/eventually.ts";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { type RecordedKind, recordings } from "../support/upstream-kinds.ts";
import { serveStub } from "../support/upstream-stub.ts";

const place = { host: "127.0.0.1", port: 0, retryMs: 20 };
const messages = [{ role: "user", content: "Hi" }];

const listing = (...ids: string[]) => ({
  more: { says: { ...recordings.vllm.says, "/v1/models": vllmList(ids) } },
});
const vllmList = (ids: string[]) => ({
  object: "list",
  data: ids.map((id) => ({ id, object: "model", owned_by: "vllm", max_model_len: 4096 })),
});

describe("--upstream-model", () => {
  test("that a server does not list is refused at start, with the nearest names", async () => {
    const stub = keep(await serveStub("vllm", listing("Qwen/Qwen3-8B", "Qwen/Qwen3-4B", "phi-4")));
    const models = [remoteModel(stub, { upstreamModel: "qwen3-8b" })];
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    await expect(serveRemoteWorker({ ...place, models, log })).rejects.toThrow(
      `The server at ${stub.url} lists no model 'qwen3-8b': did you mean 'Qwen/Qwen3-8B'?`,
    );
    expect(lines).toEqual([]); // nobody asks again
    const others = [remoteModel(stub, { upstreamModel: "gemma" })];
    await expect(serveRemoteWorker({ ...place, models: others })).rejects.toThrow(
      "lists no model 'gemma': it has Qwen/Qwen3-8B, Qwen/Qwen3-4B, phi-4.",
    );
  });

  test("of a long list is answered with the first of it", async () => {
    const ids = Array.from({ length: 30 }, (_, i) => `model-number-${i}`);
    const stub = keep(await serveStub("vllm", listing(...ids)));
    const models = [remoteModel(stub, { upstreamModel: "gemma" })];
    await expect(serveRemoteWorker({ ...place, models })).rejects.toThrow(
      /model-number-7 and 22 more\.$/,
    );
  });

  test.for<[RecordedKind]>([
    ["llama-server"], // answers to any name
    ["litellm"], // its wildcards are in no list
    ["sglang"],
  ])("that %s does not list is asked for all the same, and said to be unlisted", async ([kind]) => {
    const stub = keep(await serveStub(kind));
    const worker = await startRemote([remoteModel(stub, { upstreamModel: "other", names: ["m"] })]);
    expect(worker.lines[0]).toMatch(
      /lists no model 'other': .*[.?] It is asked for all the same\.$/,
    );
    await post(worker.url, "/v1/chat/completions", { model: "m", messages });
    expect(stub.bodies[0]?.model).toBe("other");
  });

  test("of one server among several leaves that one out, until it has the model", async () => {
    const [good, poor] = [keep(await serveStub("vllm")), await serveStub("vllm", listing("phi-4"))];
    const models = [
      remoteModel(good, { names: ["good"] }),
      remoteModel(poor, { upstreamModel: "gemma", names: ["late"] }),
    ];
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const worker = keep(await serveRemoteWorker({ ...place, models, log }));
    await eventually(() =>
      lines.some((line) => /lists no model 'gemma': it has phi-4\. It is/.test(line)),
    );
    const served = () => fetch(`${worker.url}/v1/models`).then((it) => it.text());
    await eventually(async () => (await served()).includes("good"));
    expect(await served()).not.toContain("late");
    const port = Number(new URL(poor.url).port);
    await poor.close();
    keep(await serveStub("vllm", { ...listing("gemma"), port }));
    await eventually(async () => (await served()).includes("late"));
  });

  test("may be another name that the server has for a model", async () => {
    const stub = keep(await serveStub("vllm", listing("served-name", "my-lora")));
    const worker = await startRemote([remoteModel(stub, { upstreamModel: "my-lora" })]);
    expect(worker.lines[0]).toContain("serves my-lora");
  });

  test("waits for a server that is away, or lists nothing yet", async () => {
    const stub = keep(await serveStub("vllm", listing()));
    const models = [remoteModel(stub)];
    const lines: string[] = [];
    keep(await serveRemoteWorker({ ...place, models, log: (line) => lines.push(line) }));
    expect(lines[0]).toContain(
      "lists no models: name one with --upstream-model. It is asked again",
    );
  });
});
