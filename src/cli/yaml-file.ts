/** @file Settings in YAML: whatever is wrong with them becomes one line naming file, line and key. */
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { type Document, isNode, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import { UsageError } from "../errors/usage-error.ts";
import { type Key, toComplaint, toPath } from "../protocol/complaint.ts";
import { unknownKeyWords } from "./unknown-key.ts";

export type YamlFile = {
  /** As it stands there, unchecked; an empty file has no settings. */
  settings: unknown;
  /** What relative paths in it are taken from. */
  folder: string;
  /** @throws {UsageError} always: `models.yaml:12: models[0].slots: must be at least 1`. */
  failAt: (key: Key, message: string) => never;
};

/**
 * @param path `-` is standard input, whose relative paths are the current folder's.
 * @throws {UsageError} no such file, or no YAML.
 */
export function readYamlFile(path: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines, prettyErrors: false });
  const fail = (message: string, offset = 0): never => {
    throw new UsageError(`${nameOf(path)}:${lines.linePos(offset).line || 1}: ${message}`);
  };
  const [syntax] = [...document.errors, ...document.warnings];
  if (syntax) fail(syntax.message.replace(/\s+/g, " "), syntax.pos[0]);
  return {
    settings: document.toJS() ?? {},
    folder: dirname(resolve(path)), // of `-`, the current one
    failAt: (key, message) =>
      fail(key.length > 0 ? `${toPath(key)}: ${message}` : message, offsetOf(document, key)),
  };
}

/** @throws {UsageError} an unknown key or a bad value. */
export function checkYaml<T extends z.ZodType>({ settings, failAt }: YamlFile, schema: T) {
  const parsed = schema.safeParse(settings, { error: unknownKeyWords });
  return parsed.success ? parsed.data : failAt(...toComplaint(parsed.error, settings));
}

const nameOf = (path: string) => (path === "-" ? "standard input" : basename(path));

function readText(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (cause) {
    throw new UsageError(`Cannot read the configuration file '${path}': ${reason(cause)}.`);
  }
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  return code === "EISDIR" ? "it is a folder" : String(cause);
}

/** Where a key stands in the file; of a missing key, where its parent does. */
function offsetOf(document: Document.Parsed, key: Key): number {
  const own = keyNode(document, key);
  if (own?.range) return own.range[0];
  return key.length > 0 ? offsetOf(document, key.slice(0, -1)) : 0;
}

function keyNode(document: Document.Parsed, key: Key): Node | undefined {
  const parent: unknown = document.getIn(key.slice(0, -1), true);
  const last = key.at(-1);
  const map = key.length === 1 ? document.contents : parent;
  if (typeof last === "string" && map && typeof map === "object" && "items" in map) {
    const items = map.items as { key?: { value?: unknown } }[];
    const pair = items.find((item) => item.key?.value === last);
    return isNode(pair?.key) ? pair.key : undefined;
  }
  const node: unknown = document.getIn(key, true);
  return isNode(node) ? node : undefined;
}
