/**
 * @file The child that asks llama.cpp which architectures it knows: a file that says nothing but its
 * architecture is refused for that, or for what it lacks beyond it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "./gguf-value.ts";
import { writeGguf } from "./gguf-writer.ts";
import { findLibraries } from "./libraries.ts";
import { Model } from "./model.ts";
import { type Native, startNative } from "./native.ts";

export type ArchitectureReply = { known: string[] } | { failed: string };

let lastError = "";

function isKnown(native: Native, path: string, name: string): boolean {
  writeGguf(path, { metadata: new Map([["general.architecture", text(name)]]), tensors: [] });
  lastError = "";
  try {
    new Model(native, path, { gpuLayers: 0, metadataOnly: true }, () => lastError).free();
  } catch {
    return !/unknown model architecture|unsupported model architecture/.test(lastError);
  }
  return true;
}

function ask(names: readonly string[]): ArchitectureReply {
  const folder = mkdtempSync(join(tmpdir(), "fastchat-architectures-"));
  try {
    const native = startNative(findLibraries("auto"), "auto", (level, line) => {
      if (level === "error") lastError += line;
    });
    const path = join(folder, "model.gguf");
    return { known: names.filter((name) => isKnown(native, path, name)) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.once("disconnect", () => process.exit(0));
process.once("message", (names: string[]) => {
  process.send?.(ask(names), () => process.exit(0));
});
