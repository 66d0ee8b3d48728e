/** @file A full disk ends a run with a sentence, and costs nothing that was whole before. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import type { TrainConfig } from "../../src/protocol/training.ts";
import { curve, difference, finish, newPath, settings, startRun } from "./small-run.ts";

const mounted: string[] = [];

/** A disk of so many bytes, which grows when it is mounted again; undefined where nobody may. */
function smallDisk(bytes: number): { path: string; grow(bytes: number): void } | undefined {
  const path = newPath();
  mkdirSync(path);
  const mount = (options: string, size: number) =>
    execFileSync("mount", ["-t", "tmpfs", "-o", `${options}size=${size}`, "tmpfs", path], {
      stdio: "ignore",
    });
  try {
    mount("", bytes);
  } catch {
    return undefined;
  }
  mounted.push(path);
  return { path, grow: (size) => mount("remount,", size) };
}

const unmountAll = () => {
  for (const path of mounted.splice(0)) execFileSync("umount", [path]);
};
afterEach(unmountAll);

const probe = process.platform === "linux" ? smallDisk(2 ** 16) : undefined;
afterAll(unmountAll);

/** What a run leaves in its folder, by name; none of it may be half. */
function filesOf({ output }: TrainConfig): string[] {
  const names = readdirSync(output, { recursive: true, encoding: "utf8" }).sort();
  for (const name of names) if (name.endsWith(".gguf")) readGguf(join(output, name));
  return names;
}

const changes = { method: "full" as const, max_steps: 8, eval_split: 0, keep_checkpoints: 1 };

/** The same run on a disk with room for this share of a checkpoint, and a little. */
async function onSmallDisk(checkpoints: number, more: Partial<TrainConfig>) {
  const whole = settings({ ...changes, ...more });
  await finish(whole);
  const [last] = readdirSync(join(whole.output, "checkpoints"));
  const { sizeBytes } = readGguf(join(whole.output, "checkpoints", `${last}`));
  const disk = smallDisk(Math.ceil(sizeBytes * checkpoints) + 65_536);
  const config = { ...whole, output: join(disk?.path ?? "", "run") };
  return { whole, config, makeRoom: () => disk?.grow(sizeBytes * 10) };
}

/** That what is left goes on as if the disk had been large. */
async function expectSameEnd(whole: TrainConfig, config: TrainConfig, step: number) {
  const { heard } = await finish(config, { resume: true });
  expect(heard.find(({ event }) => event === "resume")).toMatchObject({ step });
  expect(difference(curve(whole.output), curve(config.output))).toBeLessThanOrEqual(1e-6);
}

describe.skipIf(probe === undefined)("a disk that is full", () => {
  test("at a checkpoint keeps the one before, which goes on when there is room", async () => {
    const { whole, config, makeRoom } = await onSmallDisk(1.5, { save_every: 3 });
    await expect(finish(config)).rejects.toThrow(
      /^Cannot write .*\/step-00000006\.gguf: no space left on device\.$/,
    );
    expect(filesOf(config)).toEqual([
      "checkpoints",
      "checkpoints/step-00000003.gguf",
      "metrics.jsonl",
    ]);
    makeRoom();
    await expectSameEnd(whole, config, 3);
  });

  test("at the result keeps the checkpoint and no half result", async () => {
    const { whole, config, makeRoom } = await onSmallDisk(1.1, { save_every: 5 });
    await expect(finish(config)).rejects.toThrow(
      /^Cannot write .*\/model-f32\.gguf: no space left on device\.$/,
    );
    expect(filesOf(config)).toEqual([
      "checkpoints",
      "checkpoints/step-00000005.gguf",
      "metrics.jsonl",
    ]);
    makeRoom();
    await expectSameEnd(whole, config, 5);
  });

  test("at a quantised result keeps what is written already", async () => {
    const { whole, config, makeRoom } = await onSmallDisk(1.4, {
      save_every: 5,
      quantize: ["F16"],
    });
    await expect(finish(config)).rejects.toThrow(
      /model-f32\.gguf could not be written as F16; is the disk full\?$/,
    );
    expect(filesOf(config)).toContain("model-f32.gguf");
    expect(filesOf(config)).not.toContain("model-f16.gguf");
    makeRoom();
    await expectSameEnd(whole, config, 5);
  });

  test("at a record says so, and what is there goes on", async () => {
    const whole = settings({ max_steps: 600, save_every: 5, keep_checkpoints: 1 });
    const disk = smallDisk(120_000);
    const config = { ...whole, output: join(disk?.path ?? "", "run") };
    await expect(finish(config)).rejects.toThrow(
      /^Cannot write .*\/(metrics\.jsonl|(step-\d+|best)\.gguf): no space left on device\.$/,
    );
    disk?.grow(10_000_000);
    const run = startRun(config, { resume: true });
    await run.reached(1);
    run.stop.abort();
    expect((await run.done).reason).toBe("stopped");
    filesOf(config);
  });

  test("before the first record leaves a folder that can be used again", async () => {
    const config = settings({ max_steps: 2 });
    const disk = smallDisk(4096);
    const output = join(disk?.path ?? "", "run");
    await expect(finish({ ...config, output })).rejects.toThrow(
      /^Cannot write .*metrics\.jsonl: no space left on device\.$/,
    );
    disk?.grow(1_000_000);
    expect((await finish({ ...config, output })).end.reason).toBe("finished");
  });
});
