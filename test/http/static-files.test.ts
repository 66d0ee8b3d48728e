import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StaticFiles } from "../../src/http/static-files.ts";

const script = `export const words = ${JSON.stringify("word ".repeat(500))};\n`;
let folder: string;
let app: Hono;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-static-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<p>Hello</p>");
  writeFileSync(join(folder, "assets", "main-1a2b.js"), script);
  writeFileSync(join(folder, "assets", "font.woff2"), Buffer.from([1, 2, 3]));
  const files = new StaticFiles(folder);
  app = new Hono().get("*", (c) => files.answer(c, c.req.path) ?? c.text("none", 404));
});
afterAll(() => rmSync(folder, { recursive: true }));

const get = (path: string, headers: Record<string, string> = {}) =>
  app.request(path, { headers }) as Promise<Response>;

describe("StaticFiles", () => {
  test("serves what is there, with its type, and nothing else", async () => {
    const page = await get("/index.html");
    expect(await page.text()).toBe("<p>Hello</p>");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    for (const path of [
      "/",
      "/assets",
      "/assets/../index.html/x",
      "/assets/%2e%2e/%2e%2e/etc/passwd",
    ])
      expect((await get(path)).status, path).toBe(404);
  });

  test("keeps what a build has named by its content for good, and asks again for the rest", async () => {
    expect((await get("/assets/main-1a2b.js")).headers.get("cache-control")).toContain("immutable");
    expect((await get("/index.html")).headers.get("cache-control")).toBe("no-cache");
  });

  test("answers 304 to who has it", async () => {
    const etag = (await get("/index.html")).headers.get("etag") ?? "";
    const again = await get("/index.html", { "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  test.for([
    ["br, gzip", "br", brotliDecompressSync],
    ["gzip, deflate", "gzip", gunzipSync],
  ] as const)(
    "packs text for who takes %s, the same the second time",
    async ([accept, name, unpack]) => {
      for (let i = 0; i < 2; i++) {
        const answer = await get("/assets/main-1a2b.js", { "accept-encoding": accept });
        expect(answer.headers.get("content-encoding")).toBe(name);
        expect(answer.headers.get("vary")).toBe("accept-encoding");
        const bytes = Buffer.from(await answer.arrayBuffer());
        expect(bytes.length).toBeLessThan(script.length / 5);
        expect(unpack(bytes).toString()).toBe(script);
      }
    },
  );

  test("packs no font", async () => {
    const font = await get("/assets/font.woff2", { "accept-encoding": "br" });
    expect(font.headers.get("content-encoding")).toBeNull();
    expect([...new Uint8Array(await font.arrayBuffer())]).toEqual([1, 2, 3]);
  });

  test("of a folder that is not there has no files", () => {
    const none = new StaticFiles(join(folder, "nowhere"));
    expect(
      new Hono().get("*", (c) => none.answer(c, "/index.html") ?? c.text("")).routes,
    ).toHaveLength(1);
  });
});
