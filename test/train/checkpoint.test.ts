/** @file A checkpoint is taken for good only where it is what was written, to the last bit. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { uniform } from "../../src/fresh/random.ts";
import { Checkpoints, firstState, type RunState } from "../../src/train/checkpoint.ts";
import { load, openDevice, someLora, writeModel } from "./model/trainable.ts";

const folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const device = openDevice();
const { parameters } = someLora(device, load(writeModel({ layers: 1 }), device), { r: 2 });
const at = (step: number): RunState => ({ ...firstState(100, "{}"), step });

let written = 0;
let checkpoints: Checkpoints;
let place: string;
beforeEach(() => {
  const output = join(folder, `${++written}`);
  place = join(output, "checkpoints");
  checkpoints = new Checkpoints(output, device, parameters);
});

/** Every parameter is its step's number from here on. */
function setTo(step: number): void {
  for (const { value, m, v } of parameters.list)
    for (const tensor of [value, m, v])
      device.write(
        tensor,
        device.readFloats(tensor).map(() => step),
      );
}

/** What the parameters are; NaN where they are not all the same. */
function found(): number {
  const all = parameters.list.flatMap(({ value, m, v }) =>
    [value, m, v].flatMap((tensor) => [...new Set(device.readFloats(tensor))]),
  );
  return new Set(all).size === 1 ? (all[0] ?? Number.NaN) : Number.NaN;
}

/** Restores into parameters that are something else before. */
function restored() {
  setTo(-1);
  const sentences: string[] = [];
  const latest = checkpoints.restoreLatest(
    () => {},
    (sentence) => sentences.push(sentence),
  );
  return { step: latest?.state.step ?? null, values: found(), sentences };
}

function saved(...steps: number[]): string {
  for (const step of steps) {
    setTo(step);
    checkpoints.save(at(step), 3);
  }
  return join(place, `step-${String(steps.at(-1)).padStart(8, "0")}.gguf`);
}

describe("restoreLatest", () => {
  test("takes the newest", () => {
    saved(4, 8, 12);
    expect(restored()).toEqual({ step: 12, values: 12, sentences: [] });
  });

  test("takes nothing where there is nothing", () => {
    expect(restored()).toEqual({ step: null, values: -1, sentences: [] });
  });

  test("never takes a wrong bit for good, wherever it is", () => {
    const newest = saved(4, 8);
    const bytes = readFileSync(newest);
    const random = uniform(11);
    const head = 2500; // keys and names: each of their bytes counts
    const places = Array.from({ length: 300 }, (_, i) =>
      Math.floor(random() * (i < 200 ? Math.min(head, bytes.length) : bytes.length)),
    );
    const outcomes = places.map((index) => {
      const damaged = Buffer.from(bytes);
      damaged[index] = (damaged[index] ?? 0) ^ (1 << Math.floor(random() * 8));
      writeFileSync(newest, damaged);
      const { step, values, sentences } = restored();
      return `${step}, ${values}, ${sentences.length}`;
    });
    // Where nothing is read, between the tensors, a bit does no harm.
    expect([...new Set(outcomes)].sort()).toEqual(["4, 4, 1", "8, 8, 0"]);
    expect(outcomes.filter((one) => one === "4, 4, 1").length).toBeGreaterThan(250);
  });

  test("never takes a part for the whole, however long", () => {
    const newest = saved(4, 8);
    const bytes = readFileSync(newest);
    for (const length of [0, 1, 4, 100, 2000, bytes.length - 4096, bytes.length - 100]) {
      writeFileSync(newest, bytes);
      truncateSync(newest, length);
      expect(restored()).toEqual({
        step: 4,
        values: 4,
        sentences: [expect.stringMatching(/step-00000008\.gguf.* It is left out\.$/)],
      });
    }
  });

  test("takes nothing of a run that is not its own", () => {
    saved(4);
    setTo(-1);
    const refuse = () => {
      throw new Error("another run's");
    };
    expect(() => checkpoints.restoreLatest(refuse, () => {})).toThrow("another run's");
    expect(found()).toBe(-1);
  });
});

describe("save", () => {
  test("keeps so many, and none that was too bad to go on from", () => {
    writeFileSync(saved(4, 8, 12), "GGUF");
    expect(restored().step).toBe(8);
    checkpoints.save(at(10), 2);
    expect(readdirSync(place).sort()).toEqual(["step-00000008.gguf", "step-00000010.gguf"]);
  });
});

describe("restoreBest", () => {
  test("takes that of the step that was best, and no other", () => {
    setTo(6);
    checkpoints.saveBest(at(6));
    setTo(-1);
    expect([checkpoints.restoreBest(5), found()]).toEqual([false, -1]);
    expect([checkpoints.restoreBest(6), found()]).toEqual([true, 6]);
  });

  test("takes none that is not whole, or not there", () => {
    expect(checkpoints.restoreBest(6)).toBe(false);
    checkpoints.saveBest(at(6));
    truncateSync(join(place, "best.gguf"), 3000);
    setTo(-1);
    expect([checkpoints.restoreBest(6), found()]).toEqual([false, -1]);
  });
});
