/**
 * @file Which GPUs hold a model, and how it is cut between them.
 *
 * Source: `llama_prepare_model_devices` of llama.cpp v0.5.0.
 */
import koffi from "koffi";
import { UsageError } from "../errors/usage-error.ts";
import type { GpuDevice } from "./native.ts";
import type { ModelParams } from "./structs.ts";

const splitModes = { none: 0, layer: 1, row: 2, tensor: 3 };
type SplitMode = keyof typeof splitModes;

export type GpuSplit = {
  /** As llama.cpp names them (`CUDA0`); left out, all there are; `none` keeps to the CPU. */
  devices?: string[];
  splitMode?: SplitMode;
  /** What part of the model each device gets, as proportions. */
  tensorSplit?: number[];
  /** Which of the devices, counted from 0, has the whole model with `none` and the small tensors with `row`. */
  mainGpu?: number;
};

/** What llama.cpp reads by address: it must outlive the loading. */
export type KeptSplit = { devices: GpuDevice[]; pointers: BigUint64Array; shares: Float32Array };

/**
 * Writes the choice into the parameters with which a model is loaded.
 *
 * @param all    The GPUs there are.
 * @param places Shares that llama.cpp reads (`llama_max_devices`).
 * @returns What has to be kept until the model is loaded.
 * @throws {UsageError} a device that is not there, or figures that do not suit those that are.
 */
export function setSplit(
  params: ModelParams,
  split: GpuSplit,
  all: readonly GpuDevice[],
  places: number,
): KeptSplit {
  const devices = chosenDevices(all, split.devices ?? []);
  const { splitMode = "layer", tensorSplit = [], mainGpu = 0 } = split;
  assertSuits(devices.length, splitMode, tensorSplit, mainGpu);
  const pointers = BigUint64Array.from([...devices.map(({ pointer }) => pointer), 0n]);
  const shares = new Float32Array(Math.max(places, tensorSplit.length));
  shares.set(tensorSplit);
  params.split_mode = splitModes[splitMode];
  params.main_gpu = mainGpu;
  if (split.devices !== undefined) params.devices = koffi.address(pointers);
  if (tensorSplit.length > 0) params.tensor_split = koffi.address(shares);
  const used = splitMode === "none" ? devices.slice(mainGpu, mainGpu + 1) : devices;
  return { devices: used, pointers, shares };
}

/** @throws {UsageError} a name is not among them, or stands twice. */
function chosenDevices(all: readonly GpuDevice[], names: readonly string[]): GpuDevice[] {
  if (names.length === 0) return [...all];
  if (names.length === 1 && names[0] === "none") return [];
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new UsageError(`--devices names '${twice}' twice.`);
  return names.map((name) => {
    const found = all.find((device) => device.name === name);
    if (found !== undefined) return found;
    throw new UsageError(`--devices: there is no '${name}' here; ${thereAre(all)}.`);
  });
}

function thereAre(all: readonly GpuDevice[]): string {
  if (all.length === 0) return "llama.cpp sees no GPU, so leave it out, or say 'none'";
  return `there ${all.length === 1 ? "is" : "are"} ${all.map(({ name }) => name).join(", ")}`;
}

/** What is to be said of a split mode that changes nothing; null where it does, or none is given. */
export function idleSplit(mode: SplitMode | undefined, used: number): string | null {
  if (mode === undefined || mode === "layer" || used > (mode === "none" ? 0 : 1)) return null;
  return `--split-mode ${mode} does nothing, since ${used === 0 ? "no GPU" : "one GPU"} is used`;
}

function assertSuits(count: number, mode: SplitMode, shares: number[], mainGpu: number): void {
  const here = count === 0 ? "no GPU is used" : `${count} ${count === 1 ? "is" : "are"} used`;
  if (shares.length > 0 && (shares.length > count || count < 2))
    throw new UsageError(
      `--tensor-split cuts a model between several GPUs, and has ${shares.length} shares, but ${here}.`,
    );
  if (mainGpu > 0 && mainGpu >= count)
    throw new UsageError(`--main-gpu ${mainGpu} counts from 0, and ${here}.`);
  if (mode === "tensor" && count === 0)
    throw new UsageError(`--split-mode tensor needs GPUs, but ${here}.`);
}
