/** @file From what the user says to a file: paths, and a small site with Hugging Face's interface. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { proxyAdvice } from "../../src/models/download-failure.ts";
import { embeddedModels } from "../../src/models/embedded.ts";
import { resolveModel } from "../../src/models/resolve.ts";

const dataDir = mkdtempSync(join(tmpdir(), "resolve-"));
const model = join(dataDir, "tiny.gguf");
let server: Server;
let endpoint: string;
let requests: string[] = [];
let digest = "";

/** Serves one repository, me/tiny, with one file: its manifest, its tree and its bytes, by range. */
beforeAll(async () => {
  writeTinyModel(model);
  const bytes = readFileSync(model);
  digest = createHash("sha256").update(bytes).digest("hex");
  server = createServer((request, response) => {
    const url = request.url ?? "";
    requests.push(`${request.method} ${url}`);
    const json = (body: object) => response.end(JSON.stringify(body));
    if (url.startsWith("/v2/me/tiny/manifests/"))
      return json({ ggufFile: { rfilename: "t.gguf" } });
    if (url.startsWith("/api/models/me/tiny/tree/main")) {
      return json([{ type: "file", path: "t.gguf", size: bytes.length, lfs: { oid: digest } }]);
    }
    if (!url.startsWith("/me/tiny/resolve/main/t.gguf")) return response.writeHead(404).end();
    const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
    const start = Number(range?.[1] ?? 0);
    const end = range?.[2] ? Number(range[2]) + 1 : bytes.length;
    response.writeHead(range ? 206 : 200, {
      "accept-ranges": "bytes",
      "content-length": end - start,
      ...(range && { "content-range": `bytes ${start}-${end - 1}/${bytes.length}` }),
    });
    response.end(request.method === "HEAD" ? undefined : bytes.subarray(start, end));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dataDir, { recursive: true });
});

const sentence = (spec: string, options = {}) =>
  resolveModel(spec, { dataDir, ...options }).then(
    (path) => Promise.reject(new Error(`resolved to ${path}`)),
    (error: unknown) => {
      if (error instanceof UsageError) return error.message;
      throw error;
    },
  );

describe("resolveModel of a path", () => {
  test("is the path", async () => {
    expect(await resolveModel(model)).toBe(model);
  });

  test("says that there is no such file", async () => {
    expect(await sentence("/no/such.gguf")).toBe("There is no model file /no/such.gguf.");
  });

  test("guesses that owner/repo was meant for Hugging Face", async () => {
    expect(await sentence("bartowski/Llama-3.2-1B-Instruct-GGUF")).toContain(
      "say hf:bartowski/Llama-3.2-1B-Instruct-GGUF",
    );
  });

  test("names the models in a directory", async () => {
    const folder = join(dataDir, "folder");
    mkdirSync(folder);
    expect(await sentence(folder)).toContain("is a directory; give the path of a .gguf file");
    writeFileSync(join(folder, "a.gguf"), "");
    expect(await sentence(folder)).toContain("one of: a.gguf");
  });
});

describe("resolveModel of an hf: name", () => {
  test("downloads once, with progress", async () => {
    const seen: number[] = [];
    const options = {
      dataDir,
      endpoint,
      onProgress: ({ downloadedBytes }: { downloadedBytes: number }) => seen.push(downloadedBytes),
    };
    const path = await resolveModel("hf:me/tiny:Q8_0", options);
    expect(readFileSync(path)).toEqual(readFileSync(model));
    expect(seen.at(-1)).toBe(readFileSync(model).length);
    requests = [];
    expect(await resolveModel("hf:me/tiny:Q8_0", options)).toBe(path);
    expect(requests).toEqual([]);
  });

  test("removes what differs from the published checksum, and says so", async () => {
    const right = digest;
    digest = "0".repeat(64);
    const folder = join(dataDir, "damaged");
    const message = await sentence("hf:me/tiny:Q8_0", { dataDir: folder, endpoint });
    digest = right;
    expect(message).toMatch(/was damaged on its way.*download it again/);
    expect(readdirSync(join(folder, "models"))).toEqual([]);
  });

  test("says that there is no such model", async () => {
    expect(await sentence("hf:me/other:Q8_0", { endpoint })).toContain(
      "Hugging Face has no model 'hf:me/other:Q8_0'",
    );
  });

  test("takes an embedded model by its name", async () => {
    const [tiny, micro] = embeddedModels();
    expect(await resolveModel("fastchat-tiny")).toBe(tiny);
    expect(await resolveModel("fastchat-micro")).toBe(micro);
    expect(await sentence("fastchat-huge")).toBe("There is no model file fastchat-huge.");
  });

  test("says what to do without a network", async () => {
    vi.stubEnv("HTTPS_PROXY", "").stubEnv("https_proxy", "");
    const nobody = "http://127.0.0.1:2/";
    expect(await sentence("hf:me/tiny:Q4_K_M", { endpoint: nobody })).toBe(
      "'hf:me/tiny:Q4_K_M' cannot be downloaded (127.0.0.1:2 cannot be reached: ECONNREFUSED): check the network, or give the path of a .gguf file that is already here.",
    );
    vi.unstubAllEnvs();
  });

  test("says that Node's fetch passes the proxy by", () => {
    const env = { HTTPS_PROXY: "http://proxy:3128" };
    expect(proxyAdvice(env, "20.20.2")).toMatch(
      /^hf: downloads do not go through the proxy in HTTPS_PROXY on Node 20\.20\.2\. .*curl -x "\$HTTPS_PROXY"/,
    );
    expect(proxyAdvice(env, "24.1.0")).toMatch(/set NODE_USE_ENV_PROXY=1\.$/);
    expect(proxyAdvice({ ...env, NODE_USE_ENV_PROXY: "1" }, "24.1.0")).toBeUndefined();
    expect(proxyAdvice({}, "20.20.2")).toBeUndefined();
  });

  test.for(["hf:Qwen", "hf:", "huggingface:Qwen", "hf:Qwen/"])(
    "says how %s is written whole",
    async (spec) => {
      expect(await sentence(spec, { endpoint })).toBe(
        `'${spec}' names no repository of Hugging Face: write hf:owner/repo[:quant].`,
      );
    },
  );
});
