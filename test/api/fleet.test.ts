/** @file Whether a worker that is silent is given up. */
import { afterEach, expect, test } from "vitest";
import { Fleet } from "../../src/api/fleet.ts";
import { createApp } from "../../src/http/app.ts";
import { HttpClient } from "../../src/http/client.ts";
import { serve } from "../../src/http/serve.ts";
import { workerState } from "../support/worker-state.ts";

const client = new HttpClient();
afterEach(() => client.close());

test("a worker that drains is at work on what it has; one that is gone is not", async () => {
  const app = createApp().get("/health", (c) => c.json({ status: "draining" }, 503));
  const server = await serve(app, { host: "127.0.0.1", port: 0 });
  const fleet = new Fleet(client, { workers: [] });
  const worker = workerState("w", {}, { address: server.url });
  expect(await fleet.isAlive(worker)).toBe(true);
  await server.close();
  expect(await fleet.isAlive(worker)).toBe(false);
  await fleet.close();
});
