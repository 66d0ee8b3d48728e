import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import { createApp } from "../../src/http/app.ts";
import { requireKey } from "../../src/http/auth.ts";
import { allowOrigins } from "../../src/http/cors.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";

const keys = ["sk-one", "sk-two"];
const page = "https://chat.example";
const servers: Record<string, RunningServer> = {};

async function start(name: string, keys: string[], origins?: string[]): Promise<void> {
  const app = createApp()
    .use(allowOrigins(origins))
    .get("/health", (c) => c.text("ok"))
    .use(requireKey(keys))
    .get("/v1/models", (c) => c.text("models"));
  servers[name] = await serve(app, { host: "127.0.0.1", port: 0 });
}

beforeAll(async () => {
  await start("locked", keys, [page]);
  await start("open", [], ["*"]);
  await start("local", []);
});
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

const ask = (name: string, path: string, init: RequestInit = {}) =>
  fetch(`${servers[name]?.url}${path}`, init);

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString("base64")}`;

describe("requireKey", () => {
  test.for([
    [{ authorization: "Bearer sk-one" }, 200],
    [{ authorization: "bearer  sk-two" }, 200],
    [{ "x-api-key": "sk-one" }, 200],
    [{}, 401],
    [{ authorization: basic("anybody:sk-one") }, 200],
    [{ authorization: basic(":sk-two") }, 200],
    [{ authorization: basic("sk-one") }, 401],
    [{ authorization: basic("sk-one:") }, 401],
    [{ authorization: basic("anybody:sk-one:") }, 401],
    [{ authorization: "Bearer sk-on" }, 401],
    [{ authorization: "Bearer sk-one2" }, 401],
    [{ authorization: "Bearer " }, 401],
    [{ authorization: "Basic sk-one" }, 401],
    [{ authorization: "sk-one" }, 401],
    [{ "x-api-key": "" }, 401],
    [{ authorization: "Bearer sk-one sk-two" }, 401],
  ] as const)("with %o answers %i", async ([headers, status]) => {
    expect((await ask("locked", "/v1/models", { headers })).status).toBe(status);
  });

  test("says invalid_api_key, and leaves /health open", async () => {
    const response = await ask("locked", "/v1/models");
    expect(((await response.json()) as ErrorBody).error.code).toBe("invalid_api_key");
    expect((await ask("locked", "/health")).status).toBe(200);
  });

  test.for([
    "//v1/models",
    "/v1//models",
    "/%761/models",
    "/v1/models/",
    "/v1/models%2F",
    "/./v1/models",
    "/health/../v1/models",
    "/health/%2e%2e/v1/models",
    "/health%2F..%2Fv1%2Fmodels",
    "/V1/MODELS",
    "/health;/v1/models",
    "/nothing",
  ])("%s is not reached without a key", async (path) => {
    expect((await ask("locked", path)).status).toBe(401);
  });

  test("without keys everybody may ask", async () => {
    expect((await ask("open", "/v1/models")).status).toBe(200);
  });
});

describe("allowOrigins", () => {
  const preflight = (name: string, origin: string) =>
    ask(name, "/v1/models", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-stainless-os",
      },
    });
  const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

  test("answers a preflight without a key, and allows the SDKs' headers", async () => {
    const response = await preflight("locked", page);
    expect(response.status).toBe(204);
    expect(allowed(response)).toBe(page);
    expect(response.headers.get("access-control-allow-headers")).toContain("x-stainless-os");
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test.for([
    "https://evil.example",
    "https://chat.example.evil.example",
    "http://chat.example",
    "https://sub.chat.example",
    "null",
  ])("does not allow %s", async (origin) => {
    expect(allowed(await preflight("locked", origin))).toBeNull();
    const answer = await ask("locked", "/health", { headers: { origin } });
    expect(allowed(answer)).toBeNull();
  });

  test("lets a page read a refusal, and the request's id", async () => {
    const response = await ask("locked", "/v1/models", { headers: { origin: page } });
    expect(response.status).toBe(401);
    expect(allowed(response)).toBe(page);
    expect(response.headers.get("access-control-expose-headers")).toContain("x-request-id");
  });

  test("with * allows every page", async () => {
    expect(allowed(await preflight("open", "https://any.example"))).toBe("*");
  });

  test("allows pages of this machine unless told otherwise", async () => {
    for (const origin of ["http://localhost:3000", "http://127.0.0.1:1", "http://[::1]:5173"])
      expect(allowed(await preflight("local", origin))).toBe(origin);
    for (const origin of ["https://evil.example", "http://localhost.evil.example", "null"])
      expect(allowed(await preflight("local", origin))).toBeNull();
  });
});
