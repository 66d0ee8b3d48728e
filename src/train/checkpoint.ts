/**
 * @file A run's state in a file: every parameter, AdamW's moments, how far the run is. Written
 * whole or not at all, with a hash of all that is read again; what does not have it is not taken.
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

/** Of a run that has not made a step. */
export function firstState(steps: number, fingerprint: string): RunState {
  return { step: 0, steps, fingerprint, best: null, worse: 0 };
}

const stateKey = "fastchat.checkpoint.state";
const hashKey = "fastchat.checkpoint.sha256";
const bestName = "best.gguf";

export class Checkpoints {
  readonly #folder: string;
  readonly #device: ComputeDevice;
  readonly #parameters: Parameters;

  constructor(output: string, device: ComputeDevice, parameters: Parameters) {
    this.#folder = join(output, "checkpoints");
    this.#device = device;
    this.#parameters = parameters;
  }

  /**
   * Keeps so many of the last ones. Later ones than this were not whole, or the run would have gone
   * on from them.
   *
   * @returns The checkpoint's path.
   */
  save(state: RunState, keep: number): string {
    const path = this.#write(`step-${String(state.step).padStart(8, "0")}.gguf`, state);
    const files = checkpointFiles(this.#folder);
    const kept = files.slice(files.indexOf(path)).slice(0, keep);
    for (const file of files) if (!kept.includes(file)) rmSync(file, { force: true });
    return path;
  }

  saveBest(state: RunState): void {
    this.#write(bestName, state);
  }

  /**
   * Takes up the newest checkpoint that is whole.
   *
   * @param assertOwn Throws where a whole one is another run's.
   * @param onBad     Told of each one that is not whole.
   */
  restoreLatest(
    assertOwn: (state: RunState) => void,
    onBad: (sentence: string) => void,
  ): { state: RunState; path: string } | null {
    for (const path of checkpointFiles(this.#folder)) {
      try {
        return { state: this.#restore(path, assertOwn), path };
      } catch (error) {
        if (!(error instanceof GgufError)) throw error;
        onBad(`${error.message} It is left out.`);
      }
    }
    return null;
  }

  /** False where there is none of that step, or none that is whole. */
  restoreBest(step: number): boolean {
    try {
      this.#restore(join(this.#folder, bestName), (state) => {
        if (state.step !== step) throw new GgufError(bestName, "file", "it is of another step");
      });
      return true;
    } catch (error) {
      if (error instanceof GgufError) return false;
      throw error;
    }
  }

  #write(file: string, state: RunState): string {
    mkdirSync(this.#folder, { recursive: true });
    const path = join(this.#folder, file);
    const json = JSON.stringify(state);
    const tensors = this.#tensors();
    const hash = new CheckpointHash(json);
    for (const { name, tensor } of tensors) hash.add(name, bytesOf(this.#device, tensor));
    writeGguf(path, {
      metadata: new Map([
        ["general.type", text("checkpoint")],
        [stateKey, text(json)],
        [hashKey, text(hash.digest())],
      ]),
      tensors: tensors.map(({ name, tensor }) => ({
        name,
        type: "F32",
        shape: [elementsOf(tensor)],
        data: () => [bytesOf(this.#device, tensor)],
      })),
    });
    return path;
  }

  /** Nothing is taken before all is known to be whole and to belong here. */
  #restore(path: string, assertOwn: (state: RunState) => void): RunState {
    const file = readGguf(path);
    const json = textOf(file.metadata, stateKey) ?? "";
    const stored = readTensors(file, json);
    const state = toState(path, json);
    assertOwn(state);
    const parts = this.#tensors().map(({ name, tensor }) => {
      const bytes = stored.get(name);
      if (bytes?.length === 4 * elementsOf(tensor)) return { tensor, bytes };
      throw new UsageError(`${path} is a checkpoint of another run: its parameters differ.`);
    });
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

/** Whether the run in the folder ever came to one. */
export function hasCheckpoints(output: string): boolean {
  return checkpointFiles(join(output, "checkpoints")).length > 0;
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

/** Of the state, and of every tensor with its name and length. */
class CheckpointHash {
  readonly #hash = createHash("sha256");

  constructor(state: string) {
    this.#hash.update(state);
  }

  add(name: string, bytes: Uint8Array): void {
    this.#hash.update(`\0${name}\0${bytes.length}\0`).update(bytes);
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}

/** @throws {GgufError} they, or what else the hash is of, are not what was written. */
function readTensors({ path, metadata, tensors }: GgufFile, state: string) {
  const hash = new CheckpointHash(state);
  const found = new Map<string, Uint8Array>();
  for (const tensor of tensors) {
    const bytes = Buffer.concat([...readRows(allRows(tensor), 1)].map((row) => row.bytes));
    hash.add(tensor.name, bytes);
    found.set(tensor.name, bytes);
  }
  if (hash.digest() === textOf(metadata, hashKey)) return found;
  throw new GgufError(path, "data", "it is not what its hash says");
}

function toState(path: string, json: string): RunState {
  const parsed = RunState.safeParse(JSON.parse(json));
  if (parsed.success) return parsed.data;
  throw new GgufError(path, `metadata key '${stateKey}'`, "it does not say how far the run is");
}

function bytesOf(device: ComputeDevice, tensor: Tensor): Uint8Array {
  const values = device.readFloats(tensor);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
