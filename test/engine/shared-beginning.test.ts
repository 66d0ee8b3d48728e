import { describe, expect, test } from "vitest";
import { SharedBeginning, sharedTokens } from "../../src/engine/shared-beginning.ts";
import { Context, TokenBatch } from "../../src/llama/context.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { Model } from "../../src/llama/model.ts";
import { startNative } from "../../src/llama/native.ts";
import { tinyModel } from "../support/tiny-models.ts";

const counted = (length: number, ...more: number[]) =>
  Int32Array.from([...Array.from({ length }, (_, i) => i), ...more]);

describe("sharedTokens", () => {
  test.for<[string, Int32Array[], number]>([
    ["no input", [], 0],
    ["one input, which shares with nobody", [counted(40)], 0],
    ["inputs that part at once", [counted(40), Int32Array.of(1, 2, 3)], 0],
    ["a beginning too short to be worth it", [counted(15, 90), counted(15, 91)], 0],
    ["what both begin with", [counted(20, 90, 91), counted(20, 92)], 20],
    ["what all begin with", [counted(30, 90), counted(20, 90), counted(25, 91)], 20],
    ["inputs that are the same, less a token of their own", [counted(40), counted(40)], 39],
    ["an input that is the other's beginning", [counted(30), counted(20)], 19],
  ])("of %s", ([, inputs, length]) => {
    expect(sharedTokens(inputs)).toBe(length);
  });
});

test("a beginning that finds no room is an error, not a wrong row", () => {
  const native = startNative(findLibraries("cpu"), "cpu", () => {});
  const model = new Model(native, tinyModel(), { gpuLayers: 0 }, () => null);
  const sizes = { contextSize: 256, batchSize: 256, sequences: 2, threads: 1 };
  const options = { ...sizes, kvType: "f16", flashAttention: "auto" } as const;
  const context = new Context(native, model, options, () => null);
  const batch = new TokenBatch(256, 2);
  for (let position = 0; position < 200; position++) batch.add(5, position, 0, false);
  context.decodeWhole(batch.columns);
  const beginning = new SharedBeginning(context, batch, 1);
  expect(() => beginning.hold(1, counted(100))).toThrow(/no room for a batch/);
  expect(beginning.length).toBe(0);
  context.free();
  model.free();
  native.stopLog();
});
