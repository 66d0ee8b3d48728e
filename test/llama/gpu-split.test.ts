/** @file Which GPUs hold a model: what llama.cpp is told, and what is refused before it is asked. */
import koffi from "koffi";
import { describe, expect, test } from "vitest";
import { type GpuSplit, idleSplit, setSplit } from "../../src/llama/gpu-split.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { bindNative, type GpuDevice } from "../../src/llama/native.ts";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

const places = 16;
/** A machine with three GPUs at made-up addresses. */
const three: GpuDevice[] = [0, 1, 2].map((place) => ({
  pointer: BigInt(0x1000 + place),
  name: `CUDA${place}`,
  description: `card ${place}`,
}));

const { llama } = bindNative(findLibraries("cpu"));

function told(split: GpuSplit, all = three) {
  const params = llama.llama_model_default_params();
  return { params, kept: setSplit(params, split, all, places) };
}

const numbersAt = (address: bigint | null, count: number) =>
  Array.from(new Float32Array(koffi.view(address ?? 0n, count * 4)));
const addressesAt = (address: bigint | null, count: number) =>
  Array.from(new BigUint64Array(koffi.view(address ?? 0n, count * 8)));

describe("setSplit", () => {
  test("leaves llama.cpp its defaults where nothing is said", () => {
    const { params, kept } = told({});
    expect(params).toEqual(llama.llama_model_default_params());
    expect(kept.devices).toEqual(three);
  });

  test("hands over the devices in the order of their names, a null behind them", () => {
    const { params, kept } = told({ devices: ["CUDA2", "CUDA0"] });
    expect(addressesAt(params.devices, 3)).toEqual([0x1002n, 0x1000n, 0n]);
    expect(kept.devices.map(({ name }) => name)).toEqual(["CUDA2", "CUDA0"]);
  });

  test("hands over no device for none", () => {
    expect(addressesAt(told({ devices: ["none"] }).params.devices, 1)).toEqual([0n]);
  });

  test("hands over all the shares that llama.cpp reads", () => {
    const { params, kept } = told({ tensorSplit: [3, 1] });
    expect(numbersAt(params.tensor_split, places)).toEqual([3, 1, ...Array(places - 2).fill(0)]);
    expect(kept.shares).toHaveLength(places);
  });

  test.for([
    ["none", 0, ["CUDA1"]],
    ["layer", 1, ["CUDA0", "CUDA1", "CUDA2"]],
    ["row", 2, ["CUDA0", "CUDA1", "CUDA2"]],
    ["tensor", 3, ["CUDA0", "CUDA1", "CUDA2"]],
  ] as const)("names %s by its number", ([splitMode, number, used]) => {
    const { params, kept } = told({ splitMode, mainGpu: 1 });
    expect(params).toMatchObject({ split_mode: number, main_gpu: 1 });
    expect(kept.devices.map(({ name }) => name)).toEqual(used);
  });

  test.for<[GpuSplit, GpuDevice[], RegExp]>([
    [{ devices: ["CUDA7"] }, three, /no 'CUDA7' here; there are CUDA0, CUDA1, CUDA2\./],
    [{ devices: ["cuda0"] }, three.slice(0, 1), /no 'cuda0' here; there is CUDA0\./],
    [{ devices: ["CUDA0"] }, [], /llama\.cpp sees no GPU, so leave it out, or say 'none'/],
    [{ devices: ["none", "CUDA0"] }, three, /no 'none' here/],
    [{ devices: ["CUDA0", "CUDA0"] }, three, /names 'CUDA0' twice/],
    [{ tensorSplit: [1, 1] }, three.slice(0, 1), /has 2 shares, but 1 is used/],
    [{ tensorSplit: [1] }, three.slice(0, 1), /several GPUs, and has 1 shares, but 1 is used/],
    [{ tensorSplit: [1, 1, 1], devices: ["CUDA0", "CUDA1"] }, three, /but 2 are used/],
    [{ tensorSplit: [1] }, [], /no GPU is used/],
    [{ splitMode: "none", mainGpu: 3 }, three, /--main-gpu 3 counts from 0, and 3 are used/],
    [{ mainGpu: 1 }, [], /no GPU is used/],
    [{ splitMode: "tensor", devices: ["none"] }, three, /needs GPUs/],
  ])("refuses %j", ([split, all, words]) => {
    expect(() => told(split, all)).toThrow(words);
  });
});

describe("idleSplit", () => {
  test.for([
    ["row", 1, "--split-mode row does nothing, since one GPU is used"],
    ["none", 0, "--split-mode none does nothing, since no GPU is used"],
    ["none", 1, null],
    ["row", 2, null],
    ["layer", 0, null],
    [undefined, 0, null],
  ] as const)("of %s with %i GPUs is %s", ([mode, used, words]) => {
    expect(idleSplit(mode, used)).toBe(words);
  });
});

describe("an engine without GPU", () => {
  test("serves with devices none, and says that there are none", async () => {
    const engine = await startTinyEngine(tinyModel(), { split: { devices: ["none"] } });
    expect(engine.info.devices).toEqual([]);
    const { texts } = await collect(engine, toGeneration(engine, "the sea"));
    expect(texts[0]).not.toBe("");
    await engine.close();
  });

  test("refuses a device by the names of those there are", async () => {
    const started = startTinyEngine(tinyModel(), { split: { devices: ["CUDA0"] } });
    await expect(started).rejects.toThrow(/--devices: there is no 'CUDA0' here/);
  });
});
