/** @file The child that tries a model file first: if llama.cpp crashes or hangs on it, only this dies. */
import { Context } from "./context.ts";
import { findLibraries } from "./libraries.ts";
import { Model } from "./model.ts";
import { startNative } from "./native.ts";
import { endWithParent } from "./parent-watch.ts";

export type ProbeReply = { refused: string | null };

const smallest = {
  contextSize: 64,
  batchSize: 32,
  sequences: 1,
  threads: 1,
  kvType: "f16",
  flashAttention: "auto",
} as const;

function probe(path: string): string | null {
  let lastError: string | null = null;
  try {
    const native = startNative(findLibraries("cpu"), "cpu", (level, line) => {
      if (level === "error") lastError = line.trim();
    });
    const reason = () => lastError;
    const model = new Model(native, path, { gpuLayers: 0, metadataOnly: true }, reason);
    new Context(native, model, smallest, reason).free(); // builds the graphs, which shows bad shapes
    model.free();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

process.once("disconnect", () => process.exit(0));
endWithParent();
const reply: ProbeReply = { refused: probe(process.argv[2] ?? "") };
process.send?.(reply, () => process.exit(0));
