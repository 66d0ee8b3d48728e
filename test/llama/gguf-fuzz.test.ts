/** @file Damaged models: whatever the damage, the reader answers soon, and only with a `GgufError`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { uniform } from "../../src/fresh/random.ts";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { GgufError } from "../../src/llama/gguf-error.ts";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import { describeModel } from "../../src/llama/model-description.ts";

const folder = mkdtempSync(join(tmpdir(), "gguf-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where the weights begin in the tiny model; damage beyond that is not the reader's to see. */
const headBytes = 24_000;

type Damage = (bytes: Buffer, below: (limit: number) => number) => Buffer;

const flip =
  (count: number): Damage =>
  (bytes, below) => {
    for (let i = 0; i < count; i++) bytes[below(headBytes)] = below(256);
    return bytes;
  };

const damages: Damage[] = [
  flip(1),
  flip(2),
  flip(8),
  flip(64),
  (bytes, below) => {
    const [at, length] = [below(headBytes), 1 + below(4000)];
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
  },
  (bytes, below) => {
    const [at, length] = [below(headBytes), 1 + below(4000)];
    return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
  },
  (bytes, below) => {
    const at = below(headBytes);
    return bytes.fill(0, at, at + 1 + below(4000));
  },
  (bytes, below) => {
    const extremes = [0n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 61n, 2n ** 63n, 2n ** 64n - 1n];
    bytes.writeBigUInt64LE(extremes[below(extremes.length)] ?? 0n, below(headBytes));
    return bytes;
  },
  (bytes, below) => bytes.subarray(0, below(bytes.length)),
];

test("300 seeded mutations end in a description or a GgufError, each within 2 s", () => {
  const path = join(folder, "mutant.gguf");
  writeTinyModel(path);
  const whole = readFileSync(path);
  const random = uniform(20_260_930);
  const below = (limit: number) => Math.floor(random() * limit);
  const before = process.memoryUsage().rss;
  let refused = 0;
  for (let i = 0; i < 300; i++) {
    const damage = damages[i % damages.length] ?? flip(1);
    writeFileSync(path, damage(Buffer.from(whole), below));
    const started = performance.now();
    try {
      describeModel(readGguf(path));
    } catch (error) {
      expect(error, `mutation ${i}`).toBeInstanceOf(GgufError);
      refused++;
    }
    expect(performance.now() - started, `mutation ${i}`).toBeLessThan(2000);
  }
  expect(refused).toBeGreaterThan(100);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
});
