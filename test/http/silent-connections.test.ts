/** @file A connection that never asked anything does not hold up a drain; a running request does. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { serve } from "../../src/http/serve.ts";

const graceMs = 5000;

async function timed(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

describe("close", () => {
  test("does not wait for a connection opened in advance", async () => {
    const server = await serve(createApp(), { host: "127.0.0.1", port: 0 });
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    await sleep(50);
    expect(await timed(server.close(graceMs))).toBeLessThan(1000);
    socket.destroy();
  });

  test("waits for a running request", async () => {
    const app = createApp().get("/slow", async (c) => {
      await sleep(300);
      return c.text("done");
    });
    const server = await serve(app, { host: "127.0.0.1", port: 0 });
    const answer = fetch(`${server.url}/slow`).then((response) => response.text());
    await sleep(100);
    expect(await timed(server.close(graceMs))).toBeGreaterThan(150);
    expect(await answer).toBe("done");
  });
});
