/** @file Our network is llama.cpp's, on every architecture; where it is not, training is refused. */
import { describe, expect, test } from "vitest";
import { toRow } from "../../src/train/examples/packing.ts";
import { Converter } from "../../src/train/model/conversion.ts";
import { trainableArchitectures } from "../../src/train/model/hyperparameters.ts";
import { wholeModel } from "../../src/train/model/whole-model.ts";
import { checkParity } from "../../src/train/parity.ts";
import { checkGradients } from "../../src/train/self-test.ts";
import {
  families,
  load,
  native,
  network,
  openDevice,
  someLora,
  someRow,
  writeModel,
} from "./model/trainable.ts";

const device = openDevice();
const tokens = someRow([40]).tokens;
const row = toRow([{ tokens, weights: new Float32Array(40).fill(1), place: "" }]);
const asIs = (path: string) => {
  const weights = load(path, device, { trainable: true, transpose: "cast" });
  return { weights, trained: wholeModel(device, weights) };
};

describe("checkParity", () => {
  test.for(families)("%s has llama.cpp's logits within 4e-3", ([, options]) => {
    const path = writeModel({ embeddingLength: 64, ...options });
    const { weights, trained } = asIs(path);
    const { difference } = checkParity(native, path, device, weights, trained, row);
    expect(difference).toBeLessThan(4e-3);
  });

  test.for(["F16", "Q8_0"] as const)("%s weights have them within rounding", (weightType) => {
    const path = writeModel({ architecture: "qwen2", embeddingLength: 64, weightType });
    const weights = load(path, device);
    const trained = someLora(device, weights);
    for (const { value } of trained.parameters.list) device.clear(value);
    const { difference, limit } = checkParity(native, path, device, weights, trained, row);
    expect(limit).toBeLessThan(1);
    expect(difference).toBeLessThan(limit / 5);
  });

  test("refuses a network that is another", () => {
    const path = writeModel({ architecture: "qwen2" });
    const { weights, trained } = asIs(path);
    const [bias] = weights.all.filter(({ source }) => source.tensor.name.endsWith("attn_q.bias"));
    if (bias === undefined) throw new Error("Qwen 2 has biases");
    device.clear(bias.tensor);
    const check = () => checkParity(native, path, device, weights, trained, row);
    expect(check).toThrow(/differ from llama\.cpp's/);
  });
});

describe("checkGradients", () => {
  test.for(trainableArchitectures)("is content with this machine and %s", (architecture) => {
    expect(checkGradients(device, new Converter(device), architecture)).toBeLessThan(1e-3);
  });

  test("is content with the scheduler and portable operations, as a GPU may need", () => {
    const other = openDevice({ scheduled: true, portable: true });
    expect(checkGradients(other, new Converter(other), "llama")).toBeLessThan(1e-3);
  });
});

describe("a packed row", () => {
  test.for(["qwen2", "gemma2"] as const)(
    "has the logits of %s on each conversation alone",
    (architecture) => {
      const weights = load(writeModel({ architecture, slidingWindow: 8 }), device);
      const trained = someLora(device, weights);
      const net = network(device, weights, trained);
      const lengths = [9, 14, 7];
      const packed = someRow(lengths);
      const together = net.logits(packed, [...packed.tokens.keys()]);
      let from = 0;
      for (const length of lengths) {
        const alone = {
          tokens: packed.tokens.slice(from, from + length),
          positions: packed.positions.slice(from, from + length),
          segments: new Int32Array(length),
        };
        const apart = net.logits(alone, [...alone.tokens.keys()]);
        for (const [i, logits] of apart.entries()) {
          const other = together[from + i] ?? new Float32Array();
          const largest = logits.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
          const apartBy = logits.reduce(
            (most, x, k) => Math.max(most, Math.abs(x - (other[k] ?? 0))),
            0,
          );
          expect(apartBy / largest).toBeLessThan(2e-6);
        }
        from += length;
      }
    },
  );
});
