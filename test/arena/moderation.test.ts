import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { moderator } from "../../src/arena/moderation.ts";
import { proxiesIn } from "../../src/http/proxies.ts";
import { serveProxy } from "../support/proxy.ts";
import { keep } from "../support/started.ts";

/** Flags what holds `bad`. Ours, of moderation-api.ts, answers to no name but this machine's. */
async function serveJudge() {
  const server = createServer(async (incoming, outgoing) => {
    const flagged = (await text(incoming)).includes("bad");
    outgoing.end(JSON.stringify({ results: [{ flagged }] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { port, close: async () => void server.close().closeAllConnections() };
}

describe("moderator", () => {
  test("asks through the environment's proxy", async () => {
    const judge = keep(await serveJudge());
    const proxy = keep(await serveProxy(judge.port));
    const url = "http://judge.example/v1/moderations";
    const settings = { url, api_key_env: null, model: null, timeout_ms: 2000 };
    const { moderate, close } = moderator(
      { ...settings, on_failure: "block" },
      undefined,
      proxiesIn({ HTTP_PROXY: proxy.url }),
    );
    await moderate(["good"]);
    await expect(moderate(["bad"])).rejects.toThrow("cannot be sent");
    expect(proxy.asked).toEqual([`POST ${url}`, `POST ${url}`]);
    close();
  });
});
