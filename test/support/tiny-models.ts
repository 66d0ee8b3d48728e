/** @file Tiny seeded models, written once a test run into a folder that is removed at its end. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type TinyAdapterOptions, writeTinyAdapter } from "../../src/fresh/tiny-adapter.ts";
import { type TinyModelOptions, writeTinyModel } from "../../src/fresh/tiny-model.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-models-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The path of a model with these options. */
export function tinyModel(options: TinyModelOptions = {}): string {
  const name = JSON.stringify(options).replace(/\W+/g, "_").slice(0, 120);
  const path = join(folder, `${name}.gguf`);
  writeTinyModel(path, options);
  return path;
}

/** The path of an adapter for a model, in a folder of these files' own. */
export function tinyAdapter(
  name: string,
  basePath: string,
  options: TinyAdapterOptions = {},
): string {
  const path = join(folder, `${name}.gguf`);
  writeTinyAdapter(path, basePath, options);
  return path;
}
