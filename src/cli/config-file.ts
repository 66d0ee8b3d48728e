/** @file Reads `models.yaml`; whatever is wrong with it becomes one line naming file, line and key. */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { type Document, isNode, LineCounter, type Node, parseDocument } from "yaml";
import { UsageError } from "../errors/usage-error.ts";
import { type Key, toComplaint, toPath } from "../protocol/complaint.ts";
import { FastChatConfig, type ModelConfig } from "../protocol/config.ts";

/**
 * Reads and checks a configuration file. Relative paths in it are taken from the file's folder.
 *
 * @throws {UsageError} no such file, no YAML, an unknown key, a bad value, or a model file that is
 *         not there: `models.yaml:12: models[0].slots: must be at least 1`.
 */
export function readConfigFile(path: string): FastChatConfig {
  const lines = new LineCounter();
  const document = parseDocument(readText(path), {
    lineCounter: lines,
    prettyErrors: false,
  });
  const fail = (message: string, offset = 0): never => {
    throw new UsageError(`${basename(path)}:${lines.linePos(offset).line || 1}: ${message}`);
  };
  const [syntax] = [...document.errors, ...document.warnings];
  if (syntax) fail(syntax.message.replace(/\s+/g, " "), syntax.pos[0]);
  const failAt = (key: Key, message: string) =>
    fail(key.length > 0 ? `${toPath(key)}: ${message}` : message, offsetOf(document, key));

  const parsed = FastChatConfig.safeParse(document.toJS() ?? {});
  if (!parsed.success) return failAt(...toComplaint(parsed.error));
  return resolvePaths(parsed.data, dirname(resolve(path)), failAt);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
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

function resolvePaths(
  config: FastChatConfig,
  folder: string,
  fail: (key: Key, message: string) => never,
): FastChatConfig {
  const file = (key: Key, path: string) => {
    const found = resolve(folder, path);
    return existsSync(found) ? found : fail(key, `there is no file '${found}'`);
  };
  const model = (it: ModelConfig, i: number): ModelConfig => ({
    ...it,
    path: it.path.startsWith("hf:") ? it.path : file(["models", i, "path"], it.path),
    chat_template: it.chat_template && file(["models", i, "chat_template"], it.chat_template),
    lora: it.lora.map((one, k) => ({
      ...one,
      path: file(["models", i, "lora", k, "path"], one.path),
    })),
  });
  return {
    ...config,
    data_dir: config.data_dir && resolve(folder, config.data_dir),
    models: config.models.map(model),
  };
}
