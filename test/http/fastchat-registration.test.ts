import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { serveController } from "../../src/controller/serve.ts";
import { createApp } from "../../src/http/app.ts";
import type { ConnectionState } from "../../src/http/connection.ts";
import type { FastChatPauses } from "../../src/http/fastchat-registration.ts";
import { connectionInWords, keepRegistered } from "../../src/http/registry-client.ts";
import { serve } from "../../src/http/serve.ts";
import { echoModel, idle } from "../support/echo-worker.ts";
import { eventually } from "../support/eventually.ts";
import { serveFastChatController } from "../support/fastchat-controller.ts";
import { keep } from "../support/started.ts";

const address = "http://10.0.0.9:21002";
const soon = { beatMs: 30, retryMs: 20 };

function register(
  controllerAddress: string,
  { fastChat, joinToken }: { fastChat?: FastChatPauses; joinToken?: string } = { fastChat: soon },
) {
  const states: ConnectionState[] = [];
  const worker_id = randomUUID();
  const model = echoModel();
  const load = { ...idle, busy: 2, queued: 1 };
  const registration = () => ({ worker_id, address, version: "test", model, speed: 1, load });
  keep(
    keepRegistered({
      controllerAddress,
      joinToken,
      registration,
      load: () => load,
      draining: () => false,
      fastChat,
      onState: (state) => states.push(state),
    }),
  );
  return states;
}

const start = async (port?: number) => keep(await serveFastChatController(port));

describe("with a controller of FastChat's, a worker", () => {
  test("registers as FastChat's workers do, once our own protocol is unknown there", async () => {
    const controller = await start();
    const states = register(controller.url, { fastChat: soon, joinToken: "token" });
    await eventually(() => controller.seen.length >= 4);
    const [first, second, third, fourth] = controller.seen;
    expect(first?.path).toBe("/registry/workers");
    expect(second).toMatchObject({
      path: "/register_worker",
      body: {
        worker_name: address,
        check_heart_beat: true,
        worker_status: { model_names: ["echo", "parrot"], speed: 1, queue_length: 3 },
        multimodal: false,
      },
      headers: { authorization: "Bearer token" },
    });
    for (const beat of [third, fourth])
      expect(beat).toMatchObject({
        path: "/receive_heart_beat",
        body: { worker_name: address, queue_length: 3 },
      });
    expect(states).toEqual([{ connected: true, epoch: null }]);
  });

  test("registers anew when it serves other models, without a word of its connection", async () => {
    const controller = await start();
    const model_names = ["one"];
    const status = () => ({ model_names, speed: 1, queue_length: 0 });
    const states = register(controller.url, { fastChat: { ...soon, status } });
    const told = () => controller.workers.get(address)?.worker_status;
    await eventually(() => told() !== undefined);
    expect(told()).toEqual({ model_names: ["one"], speed: 1, queue_length: 0 });
    model_names.push("two");
    await eventually(() => (told() as { model_names: string[] }).model_names.length === 2);
    expect(states).toHaveLength(1);
  });

  test("registers anew when it is no longer known", async () => {
    const controller = await start();
    const states = register(controller.url);
    await eventually(() => controller.workers.size === 1);
    controller.workers.clear();
    await eventually(() => states.length === 3);
    expect(controller.workers.size).toBe(1);
    expect(states.map(({ connected }) => connected)).toEqual([true, false, true]);
    expect(states[1]).toMatchObject({ reason: "it no longer knows this worker" });
  });

  test("sends a beat that was lost again, and begins anew after the third", async () => {
    const controller = await start();
    const states = register(controller.url);
    await eventually(() => controller.workers.size === 1);
    controller.failing = 2;
    await eventually(() => controller.failing < -2);
    expect(states).toHaveLength(1);
    controller.failing = 3;
    await eventually(() => states.length === 3);
    expect(states.map(({ connected }) => connected)).toEqual([true, false, true]);
  });

  test("finds our own controller in its place, by our own protocol", async () => {
    const theirs = await start();
    const states = register(theirs.url);
    await eventually(() => theirs.workers.size === 1);
    await theirs.close();
    const ours = keep(await serveController({ host: "127.0.0.1", port: theirs.port }));
    await eventually(async () => {
      const health = await (await fetch(`${ours.url}/health`)).json();
      return (health as { workers: number }).workers === 1;
    }, 5000);
    expect(states.at(-1)).toEqual({ connected: true, epoch: ours.epoch });
  });

  test("is out of it where its own routes are not FastChat's", async () => {
    const controller = await start();
    const states = register(controller.url, {});
    await eventually(() => states.length === 1);
    expect(states).toEqual([{ connected: false, reason: "the controller answered 404" }]);
  });

  test("says that a server is no controller at all", async () => {
    const server = keep(await serve(createApp(), { host: "127.0.0.1", port: 0 }));
    const states = register(server.url);
    await eventually(() => states.length === 1);
    expect(states[0]).toEqual({
      connected: false,
      reason: "neither a controller of ours nor FastChat's: /register_worker answered 404",
    });
  });
});

test("the log says which protocol it is, and no password", () => {
  const at = "http://worker:secret@box:21001";
  expect(connectionInWords(at, { connected: true, epoch: null })).toBe(
    "controller http://box:21001: registered by FastChat's protocol",
  );
  expect(connectionInWords(at, { connected: true, epoch: 7 })).toBe(
    "controller http://box:21001: registered",
  );
  expect(connectionInWords(at, { connected: false, reason: "it fell silent" })).toBe(
    "controller http://box:21001: lost (it fell silent)",
  );
});
