/** @file `fastchat worker` in a company's network: a proxy from the environment, a certificate of its own. */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import { afterEach, describe, expect, test } from "vitest";
import { serveProxy } from "../support/proxy.ts";
import { keep } from "../support/started.ts";
import { serveStub } from "../support/upstream-stub.ts";
import { runProgram, startProgram, waitFor } from "./program.ts";

/** Made by openssl for `upstream.example` and 127.0.0.1, good for a hundred years; nobody else trusts it. */
const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
const tls = {
  key: readFileSync(fixture("key.pem")),
  cert: readFileSync(fixture("certificate.pem")),
};

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

const flags = [
  ...["worker", "--no-register", "--port=0", "--backend=openai"],
  ...["--upstream=https://upstream.example", "--model-names=m", "--api-key-env=FAR_KEY"],
];

async function network(proxyTls?: typeof tls) {
  const stub = keep(await serveStub("vllm", { tls }));
  const proxy = keep(await serveProxy(Number(new URL(stub.url).port), proxyTls));
  proxy.wants = `Basic ${Buffer.from("me:pass").toString("base64")}`;
  const HTTPS_PROXY = proxy.url.replace("//", "//me:pass@");
  return { stub, proxy, env: { HTTPS_PROXY, FAR_KEY: "sk-far" } };
}

describe("fastchat worker behind a proxy", () => {
  test.for([
    { scheme: "http", proxyTls: undefined },
    { scheme: "https", proxyTls: tls },
  ])(
    "streams through a tunnel of a proxy ($scheme), by NODE_EXTRA_CA_CERTS",
    {
      timeout: 60_000,
    },
    async ({ proxyTls }) => {
      const { stub, proxy, env } = await network(proxyTls);
      const child = startProgram(flags, {
        ...env,
        NODE_EXTRA_CA_CERTS: fixture("certificate.pem"),
      });
      started.push(child);
      let said = "";
      child.stderr.on("data", (part) => {
        said += part;
      });
      const [, url] = await waitFor(child, /worker ready at (\S+)/);
      await expect.poll(() => said, { timeout: 20_000 }).toMatch(/serves m/);
      expect(said).toContain(`https://upstream.example through the proxy ${proxy.url}: vllm`);
      const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
      stub.manner = "slow";
      const messages = [{ role: "user" as const, content: "Hi" }];
      for (let turn = 0; turn < 3; turn++) {
        const stream = client.chat.completions.stream({ model: "m", messages });
        const answer = await stream.finalChatCompletion();
        expect(answer.choices[0]?.message.content).toBe("Hello there");
      }
      expect(stub.headers).toMatchObject({ authorization: "Bearer sk-far" });
      expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT upstream.example:443"]));
      expect(proxy.asked.length).toBeLessThan(15); // ten probes at once, then connections that are kept
      child.kill("SIGTERM");
    },
  );

  test("says which variable is to name the company's certificate", async () => {
    const { env } = await network();
    const child = startProgram(flags, env);
    started.push(child);
    const [line] = await waitFor({ stdout: child.stderr, once: child.once.bind(child) }, /.*\n/);
    expect(line).toContain(
      "https://upstream.example: The server behind 'm' has a certificate that is not valid here (DEPTH_ZERO_SELF_SIGNED_CERT): name the file of its authority in NODE_EXTRA_CA_CERTS.",
    );
  }, 60_000);

  test("refuses to start with a proxy that it cannot use", async () => {
    const env = { HTTPS_PROXY: "socks5://me:secret@proxy:1080", FAR_KEY: "sk-far" };
    const { code, stderr } = await runProgram(flags, { env });
    expect(code).toBe(1);
    expect(stderr).toContain("The proxy in HTTPS_PROXY is at socks5://: only http:// and https://");
    expect(stderr).not.toContain("secret");
  }, 60_000);
});
