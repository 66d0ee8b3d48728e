/**
 * @file Gradients are right: of every kind of weight of every architecture against finite
 * differences, and the same whichever way they are computed.
 */
import { describe, expect, test } from "vitest";
import { normals, uniform } from "../../../src/fresh/random.ts";
import type { ComputeDevice } from "../../../src/llama/compute-device.ts";
import { loraTargets } from "../../../src/protocol/training.ts";
import type { Network } from "../../../src/train/model/network.ts";
import type { Trained } from "../../../src/train/model/network-graphs.ts";
import type { Parameter } from "../../../src/train/model/parameters.ts";
import { wholeModel } from "../../../src/train/model/whole-model.ts";
import {
  families,
  load,
  network,
  openDevice,
  someLora,
  someRow,
  someSupervised,
  writeModel,
} from "./trainable.ts";

const row = someRow([11, 13]);
const supervised = someSupervised(row);
const random = () => 0.5;

/** Norm of the difference over the norm. */
function relativeError(found: Float32Array, wanted: Float32Array): number {
  let [difference, norm] = [0, 0];
  for (const [i, value] of wanted.entries()) {
    difference += ((found[i] ?? 0) - value) ** 2;
    norm += value ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** Of every parameter, by name. */
function gradientsOf(device: ComputeDevice, net: Network, { parameters }: Trained) {
  parameters.clearGradients();
  const loss = net.learn(row, supervised, random);
  const gradients = parameters.list.map(
    ({ name, gradient }) => [name, device.readFloats(gradient)] as const,
  );
  return { loss, gradients: new Map(gradients) };
}

/**
 * How far the gradient's slope along a direction (half the gradient itself, half chance) is from
 * the slope of the loss, by Richardson's extrapolation of central differences.
 */
function slopeError(device: ComputeDevice, net: Network, { value, gradient }: Parameter): number {
  const [start, slopes] = [device.readFloats(value), device.readFloats(gradient)];
  const chance = normals(uniform(9), start.length, 1);
  const [along, aside] = [normalised(slopes), normalised(chance)];
  const unit = along.map((x, i) => x + 0.3 * (aside[i] ?? 0));
  const wanted = slopes.reduce((sum, slope, i) => sum + slope * (unit[i] ?? 0), 0);
  const lossAt = (step: number) => {
    device.write(
      value,
      start.map((x, i) => x + step * (unit[i] ?? 0)),
    );
    return net.evaluate(row, supervised);
  };
  const central = (h: number) => (lossAt(h) - lossAt(-h)) / (2 * h);
  const h = 0.04;
  const found = (4 * central(h / 2) - central(h)) / 3;
  device.write(value, start);
  return Math.abs(found - wanted) / Math.max(Math.abs(wanted), 1e-3);
}

function normalised(values: Float32Array): Float32Array {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

describe.for(families)("the gradients of %s", ([, options]) => {
  const device = openDevice();
  const path = writeModel(options);

  test("of every weight are those of finite differences", () => {
    const weights = load(path, device, { trainable: true, transpose: "cast" });
    const trained = wholeModel(device, weights);
    const net = network(device, weights, trained);
    gradientsOf(device, net, trained);
    for (const parameter of trained.parameters.list) {
      expect(slopeError(device, net, parameter), parameter.name).toBeLessThan(1e-3);
    }
    net.free();
  });

  test("of adapters at every place are those of finite differences", () => {
    const weights = load(path, device);
    const trained = someLora(device, weights, { targets: loraTargets });
    const net = network(device, weights, trained);
    gradientsOf(device, net, trained);
    for (const parameter of trained.parameters.list) {
      expect(slopeError(device, net, parameter), parameter.name).toBeLessThan(1e-3);
    }
    net.free();
  });

  test("are the same to the last bit whether activations are kept or computed again", () => {
    const weights = load(path, device);
    const trained = someLora(device, weights, { targets: loraTargets });
    const [kept, again] = [false, true].map((recompute) => {
      const net = network(device, weights, trained, { recompute, dropout: 0.2 });
      const { gradients } = gradientsOf(device, net, trained);
      net.free();
      return gradients;
    });
    expect(kept).toEqual(again);
  });
});

describe("gradients", () => {
  const device = openDevice();
  const path = writeModel({ architecture: "qwen2" });
  const weights = load(path, device, { trainable: true, transpose: "cast" });
  const trained = wholeModel(device, weights);
  const reference = gradientsOf(device, network(device, weights, trained), trained);

  const worst = (found: typeof reference) =>
    Math.max(
      ...[...reference.gradients].map(([name, wanted]) =>
        relativeError(found.gradients.get(name) ?? new Float32Array(), wanted),
      ),
    );

  test("are the same to the last bit whether activations are kept or computed again", () => {
    const kept = gradientsOf(
      device,
      network(device, weights, trained, { recompute: false }),
      trained,
    );
    expect(kept.loss).toBe(reference.loss);
    expect(worst(kept)).toBe(0);
  });

  test("are the same with attention in blocks, and with the head in pieces", () => {
    const pieces = network(device, weights, trained, { attentionBlock: 8, headRows: 5 });
    const found = gradientsOf(device, pieces, trained);
    expect(found.loss).toBeCloseTo(reference.loss, 5);
    expect(worst(found)).toBeLessThan(2e-6);
  });

  test.for([
    ["without the operations that only the CPU, CUDA and Vulkan have", { portable: true }],
    ["through the scheduler", { scheduled: true }],
    ["on two threads", { threads: 2 }],
  ] as const)("are the same %s", ([, options]) => {
    const other = openDevice(options);
    const same = load(path, other, { trainable: true, transpose: "cast" });
    const all = wholeModel(other, same);
    const found = gradientsOf(other, network(other, same, all), all);
    expect(found.loss).toBeCloseTo(reference.loss, 5);
    expect(worst(found)).toBeLessThan(2e-6);
  });

  test("are near with products in BF16", () => {
    const wide = load(writeModel({ architecture: "qwen2", embeddingLength: 64 }), device, {
      trainable: true,
      transpose: "cast",
    });
    const all = wholeModel(device, wide);
    const exact = gradientsOf(device, network(device, wide, all), all);
    const near = gradientsOf(device, network(device, wide, all, { halfPrecision: true }), all);
    expect(near.loss / exact.loss).toBeCloseTo(1, 2);
    expect(near.loss).not.toBe(exact.loss);
    for (const [name, wanted] of exact.gradients) {
      const found = near.gradients.get(name) ?? new Float32Array();
      expect(relativeError(found, wanted), name).toBeLessThan(0.03);
    }
  });

  test("add up over rows exactly as if the rows were one", () => {
    const whole = gradientsOf(device, network(device, weights, trained), trained);
    trained.parameters.clearGradients();
    const net = network(device, weights, trained);
    for (const segment of [0, 1]) {
      const at = [...row.tokens.keys()].filter((i) => row.segments[i] === segment);
      const [from, to] = [at[0] ?? 0, (at.at(-1) ?? 0) + 1];
      const mine = [...supervised.places.keys()].filter((i) => {
        const place = supervised.places[i] ?? 0;
        return place >= from && place < to;
      });
      net.learn(
        {
          tokens: row.tokens.slice(from, to),
          positions: row.positions.slice(from, to),
          segments: row.segments.slice(from, to),
        },
        {
          places: Int32Array.from(mine, (i) => (supervised.places[i] ?? 0) - from),
          targets: Int32Array.from(mine, (i) => supervised.targets[i] ?? 0),
          weights: Float32Array.from(mine, (i) => supervised.weights[i] ?? 0),
        },
        random,
      );
    }
    for (const { name, gradient } of trained.parameters.list) {
      const wanted = whole.gradients.get(name) ?? new Float32Array();
      expect(relativeError(device.readFloats(gradient), wanted), name).toBeLessThan(2e-6);
    }
  });
});
