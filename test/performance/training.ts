/**
 * @file `make bench BENCH=train`: a LoRA step on the shape of Qwen2.5-0.5B, in turn with the same
 * step through ggml's own backward and, where PYTHON (by default python3) has a torch, in PyTorch;
 * two threads against one; packed rows against padded ones; the memory of a whole run.
 *
 * TRAIN="step threads packing memory" chooses some of it; THREADS and ROUNDS say how much.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { freeThreads } from "../../src/engine/threads.ts";
import { writeBenchModel } from "../../src/fresh/bench-model.ts";
import { ComputeDevice } from "../../src/llama/compute-device.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { type Native, startNative } from "../../src/llama/native.ts";
import { inTurn, ratio, toSeconds } from "./in-turn.ts";
import { ggmlStep, loadFrozen, ourStep, rowTokens, supervisedTokens } from "./lora-step.ts";
import { packing } from "./packed-rows.ts";
import { memory } from "./run-memory.ts";
import { hasTorch, python, startTorch, torchTypes } from "./torch-peer.ts";

const rounds = Number(process.env.ROUNDS ?? 5);
const parts = {
  step,
  threads,
  packing: (native: Native) => packing(native, rounds),
  memory: (_: Native, folder: string) => memory(benchModel(folder), folder),
};

export async function training(folder: string): Promise<void> {
  const asked = process.env.TRAIN?.split(" ") ?? Object.keys(parts);
  const native = startNative(findLibraries("cpu"), "cpu", () => {});
  for (const part of asked as (keyof typeof parts)[]) await parts[part](native, folder);
}

/** Ours, ggml's and PyTorch's in turn: seconds of a step, the median of all rounds but the first. */
async function step(native: Native, folder: string): Promise<void> {
  const count = Number(process.env.THREADS ?? (await freeThreads()));
  const device = new ComputeDevice(native, { threads: count });
  const weights = loadFrozen(benchModel(folder), device);
  const [ours, ggml] = [ourStep(device, weights), ggmlStep(device, weights)];
  const torch = await torchSteps(count);
  const seconds = await inTurn([ours.step, ggml.step, ...torch.map(({ step }) => step)], rounds);
  console.log(
    `\n# a LoRA step: 0.5B in Q8_0, q and v, r 8, ${rowTokens} tokens, ${supervisedTokens} supervised, threads: ${count}; the median of ${rounds}`,
  );
  console.log(`ours: ${toSeconds(seconds[0])}, ${throughput(seconds[0])}`);
  const [mine, other] = [await ours.step(), await ggml.step()];
  console.log(
    `ggml's own backward, all layers in one graph: ${compared(seconds[1], seconds[0], 3)}; its loss differs by ${relative(other.loss, mine.loss)}, its gradient's length by ${relative(other.gradNorm, mine.gradNorm)}`,
  );
  for (const [i, { name, target }] of torch.entries())
    console.log(`${name}: ${compared(seconds[2 + i], seconds[0], target)}`);
  for (const { stop } of torch) stop();
  for (const one of [ours, ggml, weights, device]) one.free();
}

async function torchSteps(count: number) {
  if (!hasTorch()) {
    console.log(`PyTorch: not compared, ${python} has no torch`);
    return [];
  }
  const job = { threads: count, tokens: rowTokens, supervised: supervisedTokens };
  const peers = torchTypes.map(async (type) => {
    const peer = await startTorch(type, job);
    // PyTorch's own type is the promise; half of it is only as good as the processor has it.
    const target = type === "float32" ? 1 : null;
    return { ...peer, name: `PyTorch ${peer.version}, ${type}`, target };
  });
  return Promise.all(peers);
}

/** The same step with two threads and with one. */
async function threads(native: Native, folder: string): Promise<void> {
  console.log("\n# two threads");
  const free = await freeThreads();
  if (free < 2) return console.log(`not measured: ${free} core is free`);
  const devices = [1, 2].map((count) => new ComputeDevice(native, { threads: count }));
  const [alone] = devices as [ComputeDevice];
  const weights = loadFrozen(benchModel(folder), alone);
  const steps = devices.map((device) => ourStep(device, weights));
  const [one, two] = await inTurn(
    steps.map(({ step }) => step),
    rounds,
  );
  console.log(`one thread: ${toSeconds(one)}; two: ${toSeconds(two)}: ${ratio(one, two, 1.7)}`);
  for (const part of [...steps, weights, ...devices]) part.free();
}

function benchModel(folder: string): string {
  const path = join(folder, "large.gguf");
  if (!existsSync(path)) writeBenchModel(path);
  return path;
}

const throughput = (seconds = Number.NaN) => `${(rowTokens / seconds).toFixed(0)} tokens/s`;
const relative = (a: number, b: number) => `${((100 * Math.abs(a - b)) / b).toPrecision(2)} %`;

function compared(other: number | undefined, ours: number | undefined, target: number | null) {
  return `${toSeconds(other)}: ${ratio(other, ours, target)}`;
}
