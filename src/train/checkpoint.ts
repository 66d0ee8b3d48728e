/**
 * @file A run's state in a file: every parameter, AdamW's moments, how far the run is. Written beside
 * its place, synced and renamed, with a hash of the data; what is not whole is not taken.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../errors/usage-error.ts";
import type { ComputeDevice } from "../llama/compute-device.ts";
import { allRows, readRows } from "../llama/gguf-data.ts";
import { GgufError } from "../llama/gguf-error.ts";
import { type GgufFile, readGguf } from "../llama/gguf-reader.ts";
import { text, textOf } from "../llama/gguf-value.ts";
import { writeGguf } from "../llama/gguf-writer.ts";
import { elementsOf, type Tensor } from "../llama/tensor.ts";
import type { Parameters } from "./model/parameters.ts";

export const RunState = z.object({
  /** Steps done. */
  step: z.int().min(0),
  /** Steps of the whole run, when it began. */
  steps: z.int().min(1),
  /** What a resumed run must have in common with this one. */
  fingerprint: z.string(),
  best: z.object({ step: z.int(), loss: z.number() }).nullable(),
  /** Evaluations since the best one. */
  worse: z.int(),
});
export type RunState = z.infer<typeof RunState>;

const stateKey = "fastchat.checkpoint.state";
const hashKey = "fastchat.checkpoint.sha256";

export class Checkpoints {
  readonly #folder: string;
  readonly #device: ComputeDevice;
  readonly #parameters: Parameters;

  constructor(output: string, device: ComputeDevice, parameters: Parameters) {
    this.#folder = join(output, "checkpoints");
    this.#device = device;
    this.#parameters = parameters;
  }

  /** @returns The checkpoint's path. */
  save(state: RunState, keep: number): string {
    const path = this.#write(`step-${String(state.step).padStart(8, "0")}.gguf`, state);
    for (const old of checkpointFiles(this.#folder).slice(keep)) rmSync(old, { force: true });
    return path;
  }

  saveBest(state: RunState): void {
    this.#write("best.gguf", state);
  }

  /**
   * Takes up the newest checkpoint that is whole.
   *
   * @param onBad Told of each one that is not.
   */
  restoreLatest(onBad: (sentence: string) => void): { state: RunState; path: string } | null {
    for (const path of checkpointFiles(this.#folder)) {
      try {
        return { state: this.#restore(path), path };
      } catch (error) {
        if (!(error instanceof GgufError)) throw error;
        onBad(`${error.message} It is left out.`);
      }
    }
    return null;
  }

  /** False where there is none, or none that is whole. */
  restoreBest(): boolean {
    try {
      this.#restore(join(this.#folder, "best.gguf"));
      return true;
    } catch (error) {
      if (error instanceof GgufError) return false;
      throw error;
    }
  }

  #write(name: string, state: RunState): string {
    mkdirSync(this.#folder, { recursive: true });
    const path = join(this.#folder, name);
    const tensors = this.#tensors();
    const hash = createHash("sha256");
    for (const { tensor } of tensors) hash.update(bytesOf(this.#device, tensor));
    writeGguf(path, {
      metadata: new Map([
        ["general.type", text("checkpoint")],
        [stateKey, text(JSON.stringify(state))],
        [hashKey, text(hash.digest("hex"))],
      ]),
      tensors: tensors.map(({ name: tensorName, tensor }) => ({
        name: tensorName,
        type: "F32",
        shape: [elementsOf(tensor)],
        data: () => [bytesOf(this.#device, tensor)],
      })),
    });
    return path;
  }

  #restore(path: string): RunState {
    const file = readGguf(path);
    const state = stateOf(file);
    const wanted = this.#tensors();
    const found = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
    if (wanted.some(({ name, tensor }) => found.get(name)?.shape[0] !== elementsOf(tensor))) {
      throw new UsageError(`${path} is a checkpoint of another run: its parameters differ.`);
    }
    const hash = createHash("sha256");
    const parts = wanted.map(({ name, tensor }) => {
      const stored = found.get(name);
      const bytes = stored
        ? Buffer.concat([...readRows(allRows(stored), 1)].map((row) => row.bytes))
        : Buffer.alloc(0);
      hash.update(bytes);
      return { tensor, bytes };
    });
    if (hash.digest("hex") !== textOf(file.metadata, hashKey)) {
      throw new GgufError(path, "data", "it is not what its hash says");
    }
    for (const { tensor, bytes } of parts) this.#device.write(tensor, bytes);
    return state;
  }

  #tensors(): { name: string; tensor: Tensor }[] {
    return this.#parameters.list.flatMap(({ name, value, m, v }) => [
      { name: `${name}.value`, tensor: value },
      { name: `${name}.m`, tensor: m },
      { name: `${name}.v`, tensor: v },
    ]);
  }
}

/** Newest first. */
function checkpointFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^step-\d+\.gguf$/.test(name))
      .sort()
      .reverse()
      .map((name) => join(folder, name));
  } catch {
    return []; // no folder yet
  }
}

function stateOf({ path, metadata }: GgufFile): RunState {
  const json = textOf(metadata, stateKey);
  const parsed = RunState.safeParse(json === undefined ? undefined : JSON.parse(json));
  if (parsed.success) return parsed.data;
  throw new GgufError(path, `metadata key '${stateKey}'`, "it does not say how far the run is");
}

function bytesOf(device: ComputeDevice, tensor: Tensor): Uint8Array {
  const values = device.readFloats(tensor);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
