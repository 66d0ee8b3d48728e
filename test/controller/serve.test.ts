import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import {
  type ControllerOptions,
  type RunningController,
  serveController,
} from "../../src/controller/serve.ts";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import type { ConnectionState } from "../../src/http/connection.ts";
import { watchRegistry } from "../../src/http/registry-client.ts";
import { readEvents } from "../../src/http/sse.ts";
import type { Registration, RegistryEvent, WorkerState } from "../../src/protocol/registry.ts";
import { echoModel, idle, serveEcho } from "../support/echo-worker.ts";
import { eventually } from "../support/eventually.ts";

const host = "127.0.0.1";
const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of started.splice(0).reverse()) await server.close();
});

function keep<T extends { close(): Promise<void> }>(server: T): T {
  started.push(server);
  return server;
}

const start = async (options: Partial<ControllerOptions> = {}) =>
  keep(await serveController({ host, port: 0, ...options }));

function registration(change: object = {}): Registration {
  return {
    worker_id: randomUUID(),
    address: "http://10.0.0.1:21002",
    version: "test",
    model: echoModel(),
    speed: 1,
    load: idle,
    ...change,
  };
}

function post(controller: RunningController, path: string, body: object, token?: string) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(controller.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization },
    body: JSON.stringify(body),
  });
}

const register = (controller: RunningController, body: object, token?: string) =>
  post(controller, "/registry/workers", body, token);
const beat = (controller: RunningController, id: string, body: object = { load: idle }) =>
  post(controller, `/registry/workers/${id}/heartbeat`, body);

async function workersOf(controller: RunningController): Promise<WorkerState[]> {
  // A connection kept from before a restart would break just as it is used again.
  const headers = { connection: "close" };
  const response = await fetch(`${controller.url}/registry/workers`, { headers });
  return ((await response.json()) as { workers: WorkerState[] }).workers;
}

const codeOf = async (response: Response) => ((await response.json()) as ErrorBody).error.code;

describe("a registration", () => {
  test("is answered with the terms, and lives as long as its connection", async () => {
    const controller = await start();
    const mine = registration();
    const answer = await register(controller, mine);
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const events = readEvents(answer.body as AsyncIterable<Uint8Array>);
    const { value } = await events.next();
    expect(JSON.parse(value?.data ?? "")).toEqual({
      epoch: controller.epoch,
      heartbeat_ms: 2000,
      lease_ms: 6000,
    });
    expect(await workersOf(controller)).toMatchObject([{ worker_id: mine.worker_id }]);
    await answer.body?.cancel().catch(() => {});
    await events.return(undefined);
    const goneMs = await eventually(async () => (await workersOf(controller)).length === 0);
    expect(goneMs).toBeLessThan(250);
  });

  test("ends when its lease does, by the clock it was given", async () => {
    let nowMs = 0;
    const controller = await start({ now: () => nowMs });
    const mine = registration();
    const answer = await register(controller, mine);
    for (const at of [1900, 3800, 5700]) {
      nowMs = at;
      await wait(600); // a sweep
    }
    expect(await workersOf(controller)).toHaveLength(1);
    expect((await beat(controller, mine.worker_id)).status).toBe(200);
    for (const at of [7500, 9300, 11_100]) {
      nowMs = at;
      await wait(600);
    }
    expect(await workersOf(controller)).toHaveLength(1);
    nowMs = 11_800;
    await eventually(async () => (await workersOf(controller)).length === 0);
    expect(await answer.text()).toContain("epoch"); // and it was closed
    expect(await codeOf(await beat(controller, mine.worker_id))).toBe("unknown_worker");
  });

  test("survives a long sleep of the controller", async () => {
    let nowMs = 0;
    const controller = await start({ now: () => nowMs });
    await register(controller, registration());
    nowMs = 60_000;
    await wait(700);
    expect(await workersOf(controller)).toHaveLength(1);
  });

  test("is taken over by the same worker, and by no other", async () => {
    const controller = await start();
    const mine = registration();
    const first = await register(controller, mine);
    const thief = await register(controller, { ...mine, address: "http://10.0.0.2:1" });
    expect(thief.status).toBe(409);
    expect(await codeOf(thief)).toBe("worker_conflict");
    const second = await register(controller, { ...mine, speed: 2 });
    expect(second.status).toBe(200);
    await first.text(); // the first was closed
    expect(await workersOf(controller)).toMatchObject([{ speed: 2 }]);
  });

  test.for([
    [{ worker_id: "x" }, "worker_id"],
    [{ address: "file:///etc/passwd" }, "address"],
    [{ address: "http://user:secret@10.0.0.1:1" }, "address"],
    [{ address: "http://10.0.0.1:1/admin?x=" }, "address"],
    [{ address: "nonsense" }, "address"],
    [{ speed: -1 }, "speed"],
    [{ model: { ...echoModel(), id: "" } }, "model.id"],
  ] as const)("with %o is refused, naming %s", async ([change, param]) => {
    const controller = await start();
    const response = await register(controller, registration(change));
    expect(response.status).toBe(400);
    expect(((await response.json()) as ErrorBody).error.param).toBe(param);
  });

  test("never makes the controller connect anywhere", async () => {
    let connections = 0;
    const decoy = net.createServer(() => connections++).listen(0, host);
    await new Promise((resolve) => decoy.once("listening", resolve));
    const address = decoy.address();
    const port = typeof address === "object" ? address?.port : 0;
    const controller = await start();
    const mine = registration({ address: `http://${host}:${port}` });
    await register(controller, mine);
    await beat(controller, mine.worker_id);
    await wait(700);
    expect(connections).toBe(0);
    decoy.close();
  });
});

describe("a heartbeat", () => {
  test("brings the load, and absurd figures read as 0", async () => {
    const controller = await start();
    const mine = registration();
    await register(controller, mine);
    await beat(controller, mine.worker_id, { load: { ...idle, queued: 3 }, draining: true });
    expect(await workersOf(controller)).toMatchObject([{ load: { queued: 3 }, draining: true }]);
    for (const queued of [-1, 1e308, "x", null]) {
      const response = await beat(controller, mine.worker_id, { load: { ...idle, queued } });
      expect(response.status).toBe(200);
      expect(await workersOf(controller)).toMatchObject([{ load: { queued: 0 } }]);
    }
  });

  test("of an unknown worker says: register again", async () => {
    const response = await beat(await start(), randomUUID());
    expect(response.status).toBe(404);
    expect(await codeOf(response)).toBe("unknown_worker");
  });
});

describe("the join token", () => {
  test("is asked for everywhere but on /health", async () => {
    const controller = await start({ joinToken: "right" });
    const paths = ["/registry/workers", "/registry/watch", "/version", "/metrics", "/nothing"];
    for (const path of paths) expect((await fetch(controller.url + path)).status).toBe(401);
    expect((await register(controller, registration())).status).toBe(401);
    expect((await register(controller, registration(), "wrong")).status).toBe(401);
    expect((await beat(controller, randomUUID())).status).toBe(401);
    expect((await fetch(`${controller.url}/health`)).status).toBe(200);
    expect((await register(controller, registration(), "right")).status).toBe(200);
  });
});

describe("a watch", () => {
  test("begins with a snapshot and follows each change", async () => {
    const controller = await start({ dispatchMethod: "lottery" });
    const controllerAddress = controller.url;
    keep(await serveEcho({ controllerAddress }));
    await eventually(async () => (await workersOf(controller)).length === 1);
    const events: RegistryEvent[] = [];
    keep(watchRegistry({ controllerAddress, onEvent: (event) => events.push(event) }));
    await eventually(() => events.length === 1);
    expect(events[0]).toMatchObject({
      type: "snapshot",
      epoch: controller.epoch,
      dispatch_method: "lottery",
      workers: [{ model: { id: "echo" } }],
    });
    const second = await serveEcho({ controllerAddress });
    await eventually(() => events.some((event) => event.type === "worker"));
    await second.kill();
    const gone = { type: "gone", worker_id: second.id };
    await eventually(() => events.some((event) => JSON.stringify(event) === JSON.stringify(gone)));
  });

  test("says why it has no connection, once a reason, and tries again", async () => {
    const controller = await start({ joinToken: "right" });
    const states: ConnectionState[] = [];
    const onState = (state: ConnectionState) => states.push(state);
    const controllerAddress = controller.url;
    keep(watchRegistry({ controllerAddress, joinToken: "wrong", onEvent: () => {}, onState }));
    await wait(2000);
    expect(states).toEqual([{ connected: false, reason: "the controller refuses the join token" }]);
  });
});

describe("a restart", () => {
  test("has a higher epoch and is told of all workers within 3 s", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "fastchat-controller-"));
    const first = await serveController({ host, port: 0, dataDir });
    const controllerAddress = first.url;
    const workers = [
      await serveEcho({ controllerAddress }),
      await serveEcho({ controllerAddress }),
    ];
    for (const worker of workers) keep(worker);
    await eventually(async () => (await workersOf(first)).length === 2);
    await expect(serveController({ host, port: 0, dataDir })).rejects.toThrow(/already uses/);
    await first.close();
    const second = await start({ port: first.port, dataDir });
    expect(second.epoch).toBeGreaterThan(first.epoch);
    const backMs = await eventually(async () => (await workersOf(second)).length === 2);
    expect(backMs).toBeLessThan(3000);
    rmSync(dataDir, { recursive: true, force: true });
  });

  test("of an older controller in its place is not believed", async () => {
    const first = await serveController({ host, port: 0 });
    const events: RegistryEvent[] = [];
    const states: ConnectionState[] = [];
    keep(
      watchRegistry({
        controllerAddress: first.url,
        onEvent: (event) => events.push(event),
        onState: (state) => states.push(state),
      }),
    );
    await eventually(() => events.length === 1);
    await first.close();
    const older = await startOlder(first.port, first.epoch - 1000);
    await eventually(() => states.some((state) => JSON.stringify(state).includes("older")));
    expect(events).toHaveLength(1);
    await older.close();
  });
});

/** A controller whose epoch is behind: its snapshot must not be taken. */
async function startOlder(port: number, epoch: number) {
  const { Registry } = await import("../../src/controller/registry.ts");
  const { registryRoutes } = await import("../../src/controller/registry-routes.ts");
  const { createApp } = await import("../../src/http/app.ts");
  const { serve } = await import("../../src/http/serve.ts");
  const registry = new Registry({ epoch, dispatchMethod: "auto", now: () => performance.now() });
  return serve(createApp().route("/", registryRoutes(registry)), { host, port });
}
