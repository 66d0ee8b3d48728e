import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { FastChatDispatch } from "../../src/controller/fastchat-dispatch.ts";
import { FastChatWorkers } from "../../src/controller/fastchat-workers.ts";
import { Registry } from "../../src/controller/registry.ts";
import { type ControllerOptions, serveController } from "../../src/controller/serve.ts";
import { FastChatRegistration, WorkerStatus } from "../../src/protocol/fastchat-controller.ts";
import type { WorkerState } from "../../src/protocol/registry.ts";
import { idle, serveEcho } from "../support/echo-worker.ts";
import { eventually } from "../support/eventually.ts";
import { type FastChatWorkerOptions, serveFastChatWorker } from "../support/fastchat-worker.ts";
import { keep } from "../support/started.ts";

/** FastChat's own answers; the file names its source. */
const golden = JSON.parse(
  readFileSync(new URL("../fixtures/fastchat-controller.json", import.meta.url), "utf8"),
);

const token = "a-join-token";
const loopback = ["127.0.0.1"];
/** Every name is this machine's, where the tests speak from. */
const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
const start = async (options: Partial<ControllerOptions> = {}) =>
  keep(await serveController({ host: "127.0.0.1", port: 0, resolve, ...options }));
const startWorker = async (options: FastChatWorkerOptions = {}) =>
  keep(await serveFastChatWorker(options));

type Headers = Record<string, string>;
const basic = (password: string): Headers => ({
  authorization: `Basic ${Buffer.from(`worker:${password}`).toString("base64")}`,
});

async function post(url: string, path: string, body?: unknown, headers: Headers = {}) {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: parsed(text) };
}

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const registrationOf = (worker_name: string, change: object = {}) => ({
  worker_name,
  check_heart_beat: true,
  worker_status: { model_names: ["m1"], speed: 1, queue_length: 0 },
  multimodal: false,
  ...change,
});

async function workersOf(url: string, headers: Headers = {}): Promise<WorkerState[]> {
  const response = await fetch(`${url}/registry/workers`, { headers });
  return ((await response.json()) as { workers: WorkerState[] }).workers;
}

/** A server that counts the connections made to it. */
async function listener(answer: (path: string) => [number, object, string]) {
  const state = { url: "", seen: 0 };
  const server = createServer((request, response) => {
    state.seen++;
    const [status, headers, body] = answer(request.url ?? "");
    response.writeHead(status, headers as Headers).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  keep({
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return state;
}

describe("FastChat's table", () => {
  async function goldenController() {
    const { url } = await start({ allowedWorkers: ["a", "b", "v"] });
    for (const [name, status] of Object.entries(golden.registered)) {
      const answer = await post(
        url,
        "/register_worker",
        registrationOf(name, { worker_status: status, multimodal: name === "http://v" }),
      );
      expect([answer.status, answer.text]).toEqual([200, "null"]);
    }
    return url;
  }
  const addressOf = async (url: string, model: string) =>
    (await post(url, "/get_worker_address", { model })).json.address;

  test("hands out workers by the shortest queue exactly as FastChat does", async () => {
    const url = await goldenController();
    const six = [];
    for (let i = 0; i < 6; i++) six.push(await addressOf(url, "m1"));
    expect(six).toEqual(golden.get_worker_address_m1_x6);
    const beat = { worker_name: "http://a", queue_length: 0 };
    expect((await post(url, "/receive_heart_beat", beat)).json).toEqual({ exist: true });
    const next = [];
    for (let i = 0; i < 3; i++) next.push(await addressOf(url, "m1"));
    expect(next).toEqual(golden.next3);
    expect(await addressOf(url, "unheard-of")).toBe(golden.unknown_model);
  });

  test("lists models, those that see and those that do not", async () => {
    const url = await goldenController();
    const list = async (path: string) => (await post(url, path)).json.models;
    expect(await list("/list_models")).toEqual(golden.list_models_sorted);
    expect(await list("/list_multimodal_models")).toEqual(golden.list_multimodal);
    expect(await list("/list_language_models")).toEqual(golden.list_language_sorted);
  });

  test("stays as it is when somebody has it refreshed", async () => {
    const url = await goldenController();
    const before = await workersOf(url);
    const refreshed = await post(url, "/refresh_all_workers");
    expect([refreshed.status, refreshed.text]).toEqual([200, "null"]);
    expect(await workersOf(url)).toEqual(before);
    const success = await fetch(`${url}/test_connection`);
    expect(await success.text()).toBe('"success"');
  });

  test("loses those whose beats are not checked when it is refreshed and they are gone", async () => {
    const { url } = await start({ allowedWorkers: loopback });
    const lives = await startWorker({ names: ["lives"] });
    const dies = await startWorker({ names: ["dies"] });
    const beats = await startWorker({ names: ["beats"] });
    for (const worker of [lives, dies]) await worker.register(url, { check_heart_beat: false });
    await beats.register(url);
    for (const worker of [dies, beats]) await worker.close();
    await post(url, "/refresh_all_workers");
    const { models } = (await post(url, "/list_models")).json;
    expect(models).toEqual(["beats", "lives"]);
  });

  test("tells FastChat's programs of what stands in front of another engine, too", async () => {
    const { url } = await start();
    const leaving = new AbortController();
    const upstream = { kind: "vllm", model: "m" };
    const model = { id: "m", aliases: [], capabilities: ["chat"], context_size: 64, created: 1 };
    await fetch(`${url}/registry/workers`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        worker_id: randomUUID(),
        address: "http://127.0.0.1:9",
        version: "test",
        model: { ...model, upstream },
        load: idle,
      }),
      signal: leaving.signal,
    });
    expect(await workersOf(url)).toHaveLength(1);
    expect(await addressOf(url, "m")).toBe("http://127.0.0.1:9");
    for (const path of ["/list_models", "/list_language_models"])
      expect((await post(url, path)).json.models).toEqual(["m"]);
    expect((await post(url, "/worker_get_status")).json.model_names).toEqual(["m"]);
    leaving.abort();
  });

  test("sums up, as a controller that is a worker of another", async () => {
    const url = await goldenController();
    expect((await post(url, "/worker_get_status")).json).toEqual({
      model_names: ["llava", "m1", "m2"],
      speed: 4,
      queue_length: 1,
    });
  });

  test("is one entry a name, which changes with the next registration", async () => {
    const { url } = await start({ allowedWorkers: ["a"] });
    const register = (model_names: string[]) =>
      post(
        url,
        "/register_worker",
        registrationOf("http://a:21002/", {
          worker_status: { model_names, speed: 2, queue_length: 3 },
        }),
      );
    await register(["one", "two"]);
    const workers = await workersOf(url);
    expect(workers.map(({ model }) => model.id)).toEqual(["one", "two"]);
    expect(workers[0]).toMatchObject({
      address: "http://a:21002",
      speed: 2,
      load: { busy: 3, queued: 0 },
      wire: "fastchat",
      model: { capabilities: ["chat", "completions", "embeddings"] },
    });
    await register(["two", "three"]);
    expect((await workersOf(url)).map(({ model }) => model.id)).toEqual(["two", "three"]);
  });

  test("has our own workers too", async () => {
    const { url } = await start();
    const echo = keep(await serveEcho({ controllerAddress: url }));
    await eventually(async () => (await workersOf(url)).length === 1);
    expect(await addressOf(url, "parrot")).toBe(echo.url);
    expect((await post(url, "/list_models")).json.models).toEqual(["echo", "parrot"]);
  });

  test("tells the token with our own workers' addresses, to those who know it", async () => {
    const { url } = await start({ joinToken: token });
    const echo = keep(await serveEcho({ controllerAddress: url, joinToken: token }));
    await eventually(async () => (await workersOf(url, basic(token))).length === 1);
    const { json } = await post(url, "/get_worker_address", { model: "echo" }, basic(token));
    expect(json.address).toBe(echo.url.replace("//", `//worker:${token}@`));
    expect((await post(url, "/get_worker_address", { model: "echo" })).status).toBe(401);
  });
});

describe("the lottery", () => {
  const status = (speed: number) => WorkerStatus.parse({ model_names: ["m"], speed });
  function tableOf(speeds: number[], roll: () => number) {
    const registry = new Registry({ epoch: 1, dispatchMethod: "lottery", now: () => 0 });
    const workers = new FastChatWorkers(registry);
    for (const [i, speed] of speeds.entries()) {
      const origin = `http://w${i}`;
      workers.put(origin, FastChatRegistration.parse({ worker_name: origin }), status(speed));
    }
    return new FastChatDispatch(registry, "lottery", roll);
  }

  test("gives each worker its share of the speed, whatever its queue", () => {
    let at = 0;
    const dispatch = tableOf([1, 3], () => (at++ % 100) / 100);
    const drawn = Array.from({ length: 100 }, () => dispatch.choose("m")?.address);
    expect(drawn.filter((address) => address === "http://w0")).toHaveLength(25);
  });

  test("finds nobody for an unknown model, nor where all speed is as good as none", () => {
    expect(tableOf([1], Math.random).choose("n")).toBeUndefined();
    expect(golden.lottery_unknown_model).toBe("");
    expect(tableOf([1e-5, 2e-5], Math.random).choose("m")).toBeUndefined();
  });
});

describe("a FastChat worker's lease", () => {
  test.for([
    { check_heart_beat: true, left: 0 },
    { check_heart_beat: false, left: 1 },
  ])(
    "ends after 100 s without a beat where beats are checked: %o",
    async ({ check_heart_beat, left }) => {
      let nowMs = 0;
      const registry = new Registry({ epoch: 1, dispatchMethod: "auto", now: () => nowMs });
      const workers = new FastChatWorkers(registry);
      const registration = FastChatRegistration.parse({
        worker_name: "http://a",
        check_heart_beat,
      });
      const status = WorkerStatus.parse({ model_names: ["m"], speed: 1, queue_length: 0 });
      const passTo = (ms: number) => {
        for (; nowMs < ms; nowMs += 500) registry.sweep();
        registry.sweep();
      };
      workers.put("http://a", registration, status);
      passTo(45_000);
      expect(workers.beat("http://a", 2)).toBe(true);
      passTo(145_000);
      expect(registry.workers()).toMatchObject([{ load: { busy: 2 } }]);
      passTo(145_500);
      expect(registry.workers()).toHaveLength(left);
      expect(workers.beat("http://a", 2)).toBe(left === 1);
    },
  );
});

describe("a registration", () => {
  test.for([undefined, token])(
    "is refused without token and list, token: %s",
    async (joinToken) => {
      const said: string[] = [];
      const { url } = await start({ joinToken, say: (line) => said.push(line) });
      const worker = await startWorker();
      for (let i = 0; i < 3; i++) {
        const { status, json } = await post(url, "/register_worker", registrationOf(worker.url));
        expect(status).toBe(403);
        expect(json.error.message).toContain(
          "--controller-address http://worker:JOIN_TOKEN@host:port",
        );
        expect(json.error.message).toContain(`--allow-workers "${worker.url}"`);
      }
      expect(said).toHaveLength(1);
      const asked = registrationOf(worker.url, { worker_status: null });
      expect((await post(url, "/register_worker", asked)).status).toBe(403);
      const wrong = await post(url, "/register_worker", asked, basic("wrong"));
      expect(wrong.status).toBe(403);
      expect(worker.seen).toEqual([]); // nobody connected to it
    },
  );

  test.for([basic(token), { authorization: `Bearer ${token}` }])(
    "is taken with the token, from anywhere: %o",
    async (headers) => {
      const { url } = await start({ joinToken: token });
      const registration = registrationOf("http://gpu-box.example:21002");
      const answer = await post(url, "/register_worker", registration, headers);
      expect([answer.status, answer.text]).toEqual([200, "null"]);
      const beat = { worker_name: "http://gpu-box.example:21002", queue_length: 1 };
      expect((await post(url, "/receive_heart_beat", beat)).status).toBe(401);
      const { json } = await post(url, "/receive_heart_beat", beat, headers);
      expect(json).toEqual({ exist: true });
    },
  );

  test("of a listed worker needs no token, nor do its beats; all else does", async () => {
    const { url } = await start({ joinToken: token, allowedWorkers: loopback });
    const worker = await startWorker({ names: ["a", "b"] });
    expect(await (await worker.beat(url)).json()).toEqual({ exist: false });
    expect((await worker.register(url)).status).toBe(200);
    expect(await (await worker.beat(url)).json()).toEqual({ exist: true });
    for (const path of [
      "/list_models",
      "/list_multimodal_models",
      "/list_language_models",
      "/refresh_all_workers",
      "/get_worker_address",
      "/worker_generate_stream",
      "/worker_get_status",
    ])
      expect((await post(url, path, { model: "a" })).status, path).toBe(401);
    expect((await fetch(`${url}/test_connection`)).status).toBe(401);
    const { json } = await post(url, "/list_models", undefined, basic(token));
    expect(json.models).toEqual(["a", "b"]);
  });

  test("without a status has the controller ask the worker that was let in", async () => {
    const { url } = await start({ allowedWorkers: loopback });
    const worker = await startWorker({ names: ["a", "b"] });
    expect((await worker.register(url, { worker_status: null })).status).toBe(200);
    expect(worker.seen.map(({ path }) => path)).toEqual(["/worker_get_status"]);
    expect((await workersOf(url)).map(({ model }) => model.id)).toEqual(["a", "b"]);
  });

  test("fails where the worker answers with a redirect, endlessly, or not at all", async () => {
    const { url } = await start({ allowedWorkers: loopback });
    const target = await listener(() => [
      200,
      { "content-type": "application/json" },
      JSON.stringify({ model_names: ["m"], speed: 1, queue_length: 0 }),
    ]);
    const redirecting = await listener(() => [307, { location: `${target.url}/` }, ""]);
    const endless = await listener(() => [200, {}, `{"model_names": ["${"m".repeat(1 << 20)}"]}`]);
    for (const { url: address } of [redirecting, endless, { url: "http://127.0.0.1:9" }]) {
      const registration = registrationOf(address, { worker_status: null });
      expect((await post(url, "/register_worker", registration)).status).toBe(503);
    }
    expect(target.seen).toBe(0);
    expect(await workersOf(url)).toEqual([]);
  });

  test("gives a worker that hangs 5 s", { timeout: 10_000 }, async () => {
    const { url } = await start({ allowedWorkers: loopback });
    const server = createServer(() => {});
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const registration = registrationOf(`http://127.0.0.1:${port}`, { worker_status: null });
    const startedAt = performance.now();
    expect((await post(url, "/register_worker", registration)).status).toBe(503);
    expect(performance.now() - startedAt).toBeLessThan(6000);
    server.closeAllConnections();
    server.close();
  });

  const strangers = [
    "http://169.254.169.254",
    "http://169.254.169.254/latest/meta-data",
    "http://10.0.0.5@169.254.169.254",
    "http://10.0.0.5:21002@169.254.169.254",
    "http://10.0.0.5#@169.254.169.254",
    "http://10.0.0.5\\@169.254.169.254",
    "http://10.0.0.5.attacker.example",
    "http://gpu-box.attacker.example",
    "http://[::2]:21002",
    "http://[::ffff:169.254.169.254]",
    "http://2852039166", // 169.254.169.254
    "http://0xa9fea9fe",
    "http://0251.0376.0251.0376",
    "http://127.0.0.1:21001",
    "http://localhost:21001",
    "http://0:21001",
    "file:///etc/passwd",
    "gopher://10.0.0.5",
    "//10.0.0.5",
    "10.0.0.5:21002",
    "http://10.0.0.5:21002/path",
    "http://10.0.0.5:21002?query",
    "http://user@10.0.0.5:21002",
    "http://10.0.0.5:99999",
    "https://box.example:21002", // the list says http
    "http://box.example:21003",
    "http://port-box.example:80",
  ];
  const listed = [
    "10.0.0.0/8",
    "127.0.9.0/24",
    "::1/128",
    "gpu-box",
    "http://box.example:21002",
    "port-box.example:21002",
  ];
  test.for(strangers)("from a list does not let in %s", async (address) => {
    const { url } = await start({ allowedWorkers: listed });
    const { status } = await post(url, "/register_worker", registrationOf(address));
    expect(status).toBe(403);
    expect(await workersOf(url)).toEqual([]);
  });

  test.for([
    ["http://127.0.9.5:21002", "http://127.0.9.5:21002"],
    ["http://2130708741:21002/", "http://127.0.9.5:21002"], // the same, and written as what it is
    ["http://[::ffff:127.0.9.5]:21002", "http://[::ffff:7f00:905]:21002"],
    ["https://[::1]:1", "https://[::1]:1"],
    ["http://GPU-box:7", "http://gpu-box:7"],
    ["http://box.example:21002", "http://box.example:21002"],
    ["https://port-box.example:21002", "https://port-box.example:21002"],
  ])("from a list lets in %s", async ([address, known]) => {
    const { url } = await start({ allowedWorkers: listed });
    const { status } = await post(url, "/register_worker", registrationOf(address ?? ""));
    expect(status).toBe(200);
    expect((await workersOf(url)).map((worker) => worker.address)).toEqual([known]);
  });

  test.for(["http://10.0.0.5:21002", "http://box.example:21002", "http://gpu-box:1"])(
    "of the listed %s is not taken from another host, nor are its beats",
    async (worker_name) => {
      const { url } = await start({
        joinToken: token,
        allowedWorkers: listed,
        resolve: async (host) => {
          if (host === "gpu-box") throw new Error("nobody knows it");
          return [{ address: "10.0.0.6", family: 4 }];
        },
      });
      const registration = registrationOf(worker_name);
      const { status, json } = await post(url, "/register_worker", registration);
      expect(status).toBe(403);
      expect(json.error.message).toContain("was registered from another host");
      expect((await post(url, "/register_worker", registration, basic(token))).status).toBe(200);
      const beat = { worker_name, queue_length: 9 };
      expect((await post(url, "/receive_heart_beat", beat)).status).toBe(401);
    },
  );

  test("waits 2 s for the addresses of a listed name", async () => {
    const forever = () => new Promise<never>(() => {});
    const { url } = await start({ allowedWorkers: listed, resolve: forever });
    const startedAt = performance.now();
    const { status } = await post(url, "/register_worker", registrationOf("http://gpu-box:1"));
    expect(status).toBe(403);
    expect(performance.now() - startedAt).toBeLessThan(3500);
  });

  test("with the token is still an origin", async () => {
    const { url } = await start({ joinToken: token });
    for (const address of ["http://a/path", "http://user:word@a", "file:///etc/passwd", "a"]) {
      const registration = registrationOf(address);
      const { status } = await post(url, "/register_worker", registration, basic(token));
      expect(status, address).toBe(400);
    }
  });

  test.for(["10.0.0.0/33", "http://a/path", "a b", "", "user@a", "10.0.0.0/8/9"])(
    "list with '%s' in it is refused",
    async (entry) => {
      await expect(start({ allowedWorkers: [entry] })).rejects.toThrow(/is no worker's address/);
    },
  );

  test("of strangers leaves room for those who know the token", async () => {
    const { url } = await start({ joinToken: token, allowedWorkers: ["a"] });
    const model_names = Array.from({ length: 1000 }, (_, i) => `m${i}`);
    const status = { model_names, speed: 1, queue_length: 0 };
    const register = (address: string, headers?: Headers) =>
      post(url, "/register_worker", registrationOf(address, { worker_status: status }), headers);
    expect((await register("http://a:1")).status).toBe(200);
    expect((await register("http://a:2")).status).toBe(503);
    expect((await register("http://b:2", basic(token))).status).toBe(200);
  });
});

describe("POST /worker_generate_stream at the controller", () => {
  const ask = (said: string, change: object = {}) => ({
    model: "vicuna-7b-v1.5",
    prompt: `USER: ${said} ASSISTANT:`,
    echo: false,
    ...change,
  });
  const framesOf = (text: string) => text.split("\0").slice(0, -1);

  async function startBoth(options: FastChatWorkerOptions = {}) {
    const { url } = await start({ allowedWorkers: loopback });
    const worker = await startWorker(options);
    await worker.register(url);
    return { url, worker };
  }

  test("passes the worker's frames on, byte for byte", async () => {
    const { url, worker } = await startBoth();
    const through = await post(url, "/worker_generate_stream", ask("one twó three"));
    const direct = await post(worker.url, "/worker_generate_stream", ask("one twó three"));
    expect(through.text).toBe(direct.text);
    expect(framesOf(through.text)).toHaveLength(4);
    const [{ body } = { body: {} }] = worker.seen;
    expect(body).toEqual(ask("one twó three"));
  });

  test("says in one frame that nobody serves the model", async () => {
    const { url } = await startBoth();
    const { status, text } = await post(url, "/worker_generate_stream", ask("", { model: "no" }));
    expect([status, text]).toEqual([200, golden.no_worker_frame]);
  });

  test.for(["die", "one die", "endless", "one endless"])(
    "ends with FastChat's frame where the worker breaks off: %s",
    async (said) => {
      const { url, worker } = await startBoth({ pauseMs: 20 }); // a reset takes along what is unread
      const { text } = await post(url, "/worker_generate_stream", ask(said));
      expect(text.endsWith(golden.timeout_frame)).toBe(true);
      expect(framesOf(text)).toHaveLength(said.startsWith("one") ? 2 : 1);
      await worker.close();
      const after = await post(url, "/worker_generate_stream", ask(said));
      expect(after.text).toBe(golden.timeout_frame);
    },
  );

  test("leaves the worker when the client leaves", async () => {
    const { url, worker } = await startBoth({ pauseMs: 20 });
    const leaving = new AbortController();
    const answer = await fetch(`${url}/worker_generate_stream`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(ask("word ".repeat(500))),
      signal: leaving.signal,
    });
    await answer.body?.getReader().read();
    expect(worker.active).toBe(1);
    leaving.abort();
    await eventually(() => worker.active === 0, 500);
  });

  test("is not sent to an address that anybody may have registered", async () => {
    const { url } = await start();
    const secret = await listener(() => [200, {}, '{"text": "secret", "error_code": 0}\0']);
    const native = {
      worker_id: randomUUID(),
      address: secret.url,
      version: "test",
      model: { id: "m", aliases: [], capabilities: ["chat"], context_size: 64, created: 1 },
      load: idle,
    };
    const leaving = new AbortController();
    await fetch(`${url}/registry/workers`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(native),
      signal: leaving.signal,
    });
    const { text } = await post(url, "/worker_generate_stream", ask("", { model: "m" }));
    expect(text).toBe(golden.no_worker_frame);
    expect(secret.seen).toBe(0);
    leaving.abort();
  });

  test.for([{}, { "x-fastchat-hops": "no number" }])(
    "does not run in circles where the controller is its own worker: %o",
    async (headers) => {
      const { url } = await start({ allowedWorkers: loopback });
      await post(url, "/register_worker", registrationOf(url));
      const asked = ask("", { model: "m1" });
      const { text } = await post(url, "/worker_generate_stream", asked, headers);
      expect(text).toBe(golden.no_worker_frame);
      await wait(50);
      const { queue_length } = (await post(url, "/worker_get_status")).json;
      expect(queue_length).toBe(0);
    },
  );
});
