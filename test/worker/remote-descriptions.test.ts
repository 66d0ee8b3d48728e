/** @file What Ollama's and llama-server's clients ask of models that other servers compute. */
import { Ollama } from "ollama";
import { describe, expect, test } from "vitest";
import { serveApi } from "../../src/api/serve.ts";
import { serveController } from "../../src/controller/serve.ts";
import { serveWorker } from "../../src/worker/serve.ts";
import { eventually } from "../support/eventually.ts";
import { remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { tinyModel } from "../support/tiny-models.ts";
import { recordings } from "../support/upstream-kinds.ts";
import { serveStub } from "../support/upstream-stub.ts";

const host = "127.0.0.1";

/** One model of each kind, at a worker and at an api in front of it. */
async function start() {
  const llama = recordings["llama-server"];
  const props = { ...(llama.says["/props"] as object), model_path: "/home/me/gemma.gguf" };
  const slots = [{ id: 0, is_processing: true, prompt: "a secret", params: { seed: 1 } }];
  const says = { ...llama.says, "/props": props, "/slots": slots };
  const [vllm, server, ollama] = [
    keep(await serveStub("vllm")),
    keep(await serveStub("llama-server", { more: { says } })),
    keep(await serveStub("ollama")),
  ];
  const controller = keep(await serveController({ host, port: 0 }));
  const models = [
    remoteModel(vllm, { names: ["vllm"], vision: true, contextSize: 4096 }),
    remoteModel(server, { names: ["llama"] }),
    remoteModel(ollama, { names: ["ollama"] }),
  ];
  const controllerAddress = controller.url;
  const worker = await startRemote(models, { controllerAddress });
  const api = keep(await serveApi({ host, port: 0, controllerAddress }));
  await eventually(async () => {
    const { data } = (await (await fetch(`${api.url}/v1/models`)).json()) as { data?: object[] };
    return data?.length === 3;
  });
  return [worker.url, api.url];
}

describe("a model of another server", () => {
  test("is shown to Ollama's clients, by what is known of it or as Ollama itself shows it", async () => {
    for (const url of await start()) {
      const client = new Ollama({ host: url });
      const shown = await client.show({ model: "vllm:latest" });
      expect(shown).toMatchObject({
        details: { format: "", family: "" },
        capabilities: ["completion", "tools", "vision"],
        modelfile: "",
        model_info: {
          "general.architecture": "unknown",
          "general.basename": "Qwen/Qwen2.5-7B-Instruct-AWQ",
          "unknown.context_length": 4096,
        },
      });
      expect(await client.show({ model: "ollama" })).toMatchObject({
        capabilities: ["completion", "tools", "vision"],
        model_info: { "llama.context_length": 131_072 },
      });
      const { models } = await client.list();
      expect(models.map(({ name }) => name).sort()).toEqual(["llama", "ollama", "vllm"]);
      expect(models.find(({ name }) => name === "ollama")).toMatchObject({
        size: 2_019_393_189,
        details: { family: "llama", parameter_size: "3.2B", quantization_level: "Q4_K_M" },
      });
      expect((await client.ps()).models).toHaveLength(3);
      await expect(client.show({ model: "other" })).rejects.toThrow("'other'");
    }
  });

  test("has /props and /slots where its server has, without folders and others' prompts", async () => {
    for (const url of await start()) {
      const read = async (path: string) => {
        const response = await fetch(url + path);
        return [response.status, await response.json()];
      };
      expect(await read("/props?model=llama")).toMatchObject([
        200,
        { total_slots: 4, model_alias: "llama", model_path: "gemma.gguf" },
      ]);
      const [status, slots] = await read("/slots?model=llama");
      expect([status, slots]).toEqual([200, [{ id: 0, is_processing: true, params: { seed: 1 } }]]);
      for (const path of ["/props", "/slots"]) {
        const message = `The model 'vllm' is served by a server of kind 'vllm' elsewhere, which has no ${path}.`;
        const error = { message, code: "unsupported_capability", param: "model" };
        expect(await read(`${path}?model=vllm`)).toMatchObject([400, { error }]);
        expect(await read(path)).toMatchObject([400, { error: { param: "model" } }]);
        expect((await read(`${path}?model=other`))[0]).toBe(404);
      }
    }
  });
});

test("a worker of ours says the same of its model through another", async () => {
  const modelPath = tinyModel({ architecture: "qwen2" });
  const engine = keep(
    await serveWorker({ host, port: 0, threads: 1, slots: 2, modelPath, names: ["tiny"] }),
  );
  const worker = await startRemote([remoteModel(engine, { names: ["mine"] })]);
  const own = await new Ollama({ host: engine.url }).show({ model: "tiny" });
  expect(await new Ollama({ host: worker.url }).show({ model: "mine" })).toEqual(own);
  for (const path of ["/props", "/slots"]) {
    const [theirs, ours] = await Promise.all(
      [engine.url, worker.url].map(async (url) => (await fetch(url + path)).json()),
    );
    const named = path === "/props" ? { ...(theirs as object), model_alias: "mine" } : theirs;
    expect(ours).toEqual(named);
  }
}, 30_000);
