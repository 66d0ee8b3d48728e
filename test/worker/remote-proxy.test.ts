/** @file A worker whose servers lie behind a company's proxy: http, and what is said of proxies that do not let it through. */
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { proxiesIn } from "../../src/http/proxies.ts";
import { serveRemoteWorker } from "../../src/worker/serve-remote.ts";
import { eventually } from "../support/eventually.ts";
import { type CompanyProxy, serveProxy } from "../support/proxy.ts";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { serveStub, type UpstreamStub } from "../support/upstream-stub.ts";

const messages = [{ role: "user", content: "Hi" }];
const upstream = { url: "http://upstream.example/v1" };

async function stubBehindProxy(): Promise<{ stub: UpstreamStub; proxy: CompanyProxy }> {
  const stub = keep(await serveStub("vllm"));
  return { stub, proxy: keep(await serveProxy(Number(new URL(stub.url).port))) };
}

/** The first line that a worker says of a server that it does not reach. */
async function complaint(url: string, proxy: string): Promise<string> {
  const lines: string[] = [];
  const worker = keep(
    await serveRemoteWorker({
      ...{ models: [remoteModel({ url }, { names: ["m"] })], host: "127.0.0.1", port: 0 },
      proxies: proxiesIn({ ALL_PROXY: proxy }),
      log: (line) => lines.push(line),
    }),
  );
  await eventually(() => lines.length > 0);
  const asked = await post(worker.url, "/v1/chat/completions", { model: "m", messages });
  expect(asked.status).toBe(503);
  return lines[0] ?? "";
}

describe("a server behind a proxy", () => {
  test("is asked by its whole URL, where it speaks http", async () => {
    const { stub, proxy } = await stubBehindProxy();
    proxy.wants = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    const named = proxy.url.replace("//", "//me:p%40ss@");
    const worker = await startRemote([remoteModel(upstream, { names: ["m"], apiKey: "sk-1" })], {
      proxies: proxiesIn({ HTTP_PROXY: named }),
    });
    for (const stream of [false, true]) {
      const asked = { model: "m", messages, stream };
      const answer = await post(worker.url, "/v1/chat/completions", asked);
      expect(await answer.text()).toContain("Hello");
    }
    expect(proxy.asked).toContain("GET http://upstream.example/v1/models");
    expect(proxy.asked).toContain("POST http://upstream.example/v1/chat/completions");
    expect(stub.headers).toMatchObject({ host: "upstream.example", authorization: "Bearer sk-1" });
    expect(stub.headers).not.toHaveProperty("proxy-authorization");
    expect(worker.lines).toContainEqual(
      `http://upstream.example/v1 through the proxy ${proxy.url}: vllm 0.11.0, serves m as Qwen/Qwen2.5-7B-Instruct-AWQ`,
    );
    expect(worker.lines.join()).not.toContain("p%40ss");
  });

  test("on this very machine is asked directly", async () => {
    const { stub, proxy } = await stubBehindProxy();
    const worker = await startRemote([remoteModel(stub, { names: ["m"] })], {
      proxies: proxiesIn({ HTTP_PROXY: proxy.url }),
    });
    await post(worker.url, "/v1/chat/completions", { model: "m", messages });
    expect(stub.bodies).toHaveLength(1);
    expect(proxy.asked).toEqual([]);
  });

  test.for(["http", "https"])(
    "over %s: says in a sentence where a proxy is that does not answer",
    async (scheme) => {
      const { proxy } = await stubBehindProxy();
      await proxy.close();
      const secret = proxy.url.replace("//", "//me:secret@");
      const line = await complaint(`${scheme}://upstream.example/v1`, secret);
      expect(line).toContain(
        `: It cannot be reached: the proxy ${proxy.url} does not answer (ECONNREFUSED). It is asked again`,
      );
      expect(line).not.toContain("secret");
    },
  );

  test.for([
    ["", "asks for a name and a password: write them into its address, as http://NAME:PASSWORD@"],
    ["me:wrong@", "refuses the name and password in its address"],
  ])("says so where the proxy, told '%s', %s", async ([pair, words]) => {
    const { proxy } = await stubBehindProxy();
    proxy.wants = "Basic something else";
    const named = proxy.url.replace("//", `//${pair}`);
    for (const scheme of ["http", "https"]) {
      const line = await complaint(`${scheme}://upstream.example/v1`, named);
      expect(line).toContain(`It cannot be reached: the proxy ${proxy.url} ${words}`);
      expect(line).not.toContain("wrong");
    }
  });

  test.for([
    [403, "refuses to connect to upstream.example:443 (403)"],
    [502, "cannot reach upstream.example:443 (502)"],
  ] as const)("says what a proxy that answers %i does: it %s", async ([status, words]) => {
    const { proxy } = await stubBehindProxy();
    proxy.status = status;
    const line = await complaint("https://upstream.example/v1", proxy.url);
    expect(line).toContain(`the proxy ${proxy.url} ${words}.`);
  });

  test("says so where something else answers in a proxy's place", async () => {
    const babble = createServer((socket) => socket.end("220 smtp.example ESMTP\r\n"));
    await new Promise<void>((resolve) => babble.listen(0, "127.0.0.1", resolve));
    const { port } = babble.address() as { port: number };
    const proxy = `http://127.0.0.1:${port}`;
    const line = await complaint("https://upstream.example/v1", proxy);
    babble.close();
    expect(line).toContain(`the proxy ${proxy} does not answer`);
  });

  test("tells a client that the proxy is the matter, and not where it is", async () => {
    const { proxy } = await stubBehindProxy();
    const worker = await startRemote([remoteModel(upstream, { names: ["m"] })], {
      ...{ proxies: proxiesIn({ HTTP_PROXY: proxy.url }), healthMs: 60_000 },
    });
    await proxy.close();
    const asked = await post(worker.url, "/v1/chat/completions", { model: "m", messages });
    expect(asked.status).toBe(502);
    const { error } = (await asked.json()) as { error: { message: string } };
    expect(error.message).toMatch(
      /^The server behind 'm' cannot be reached: the proxy on the way does not answer/,
    );
    expect(error.message).not.toContain("127.0.0.1");
  });
});
