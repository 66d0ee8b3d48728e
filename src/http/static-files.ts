/**
 * @file A built page from memory: read once, compressed once when asked for, named by its content. No path is ever
 * joined with what a request says: a request picks from what is there.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Context } from "hono";

type StaticFile = {
  type: string;
  etag: string;
  isForever: boolean;
  plain: Uint8Array<ArrayBuffer>;
  /** As it was asked for; null where packing does not help. */
  packed: Map<Encoding, Uint8Array<ArrayBuffer>> | null;
};

type Encoding = "br" | "gzip";

/** The best of brotli's would take seconds for what nine does in a blink. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

const packers: Record<Encoding, (plain: Uint8Array) => Uint8Array> = {
  br: (plain) => brotliCompressSync(plain, brotliOptions),
  gzip: (plain) => gzipSync(plain),
};

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
  ".json": "application/json",
};
const packedTypes = /^(text|application\/json|image\/svg)/;

export class StaticFiles {
  readonly #files = new Map<string, StaticFile>();

  /** A folder that is not there has no files. */
  constructor(folder: string) {
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const path = join(entry.parentPath, entry.name);
        this.#files.set(path.slice(folder.length).replaceAll("\\", "/"), readStatic(path));
      }
  }

  /** @param path begins with a slash, as on the server. Undefined: there is no such file. */
  answer(c: Context, path: string): Response | undefined {
    const file = this.#files.get(path);
    if (!file) return undefined;
    c.header("content-type", file.type);
    c.header("etag", file.etag);
    c.header("cache-control", file.isForever ? "public, max-age=31536000, immutable" : "no-cache");
    if (c.req.header("if-none-match") === file.etag) return c.body(null, 304);
    if (file.packed) c.header("vary", "accept-encoding");
    const encoding = file.packed && acceptedEncoding(c);
    if (!file.packed || !encoding) return c.body(file.plain);
    c.header("content-encoding", encoding);
    const known = file.packed.get(encoding) ?? new Uint8Array(packers[encoding](file.plain));
    file.packed.set(encoding, known);
    return c.body(known);
  }
}

function acceptedEncoding(c: Context): Encoding | null {
  const accepted = c.req.header("accept-encoding") ?? "";
  if (/\bbr\b/.test(accepted)) return "br";
  return /\bgzip\b/.test(accepted) ? "gzip" : null;
}

function readStatic(path: string): StaticFile {
  const plain = new Uint8Array(readFileSync(path));
  const type = types[extname(path)] ?? "application/octet-stream";
  return {
    type,
    etag: `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
    // The build puts a hash of the content into these names.
    isForever: /[\\/]assets[\\/]/.test(path),
    plain,
    packed: packedTypes.test(type) ? new Map() : null,
  };
}
