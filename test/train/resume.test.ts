/**
 * @file A run that was stopped, killed or damaged goes on as if nothing had happened, or says why not.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import type { TrainConfig } from "../../src/protocol/training.ts";
import { randomStream } from "../../src/rating/random.ts";
import { runProgram, startProgram } from "../cli/program.ts";
import { eventually } from "../support/eventually.ts";
import {
  base,
  conversations,
  copyOf,
  curve,
  dataFile,
  difference,
  finish,
  killAtRandom,
  lessons,
  newPath,
  settings,
  startRun,
} from "./small-run.ts";

const same = 1e-6;
const checkpoints = (output: string) => readdirSync(join(output, "checkpoints")).sort();
const checkpoint = (output: string, step: number) =>
  join(output, "checkpoints", `step-${String(step).padStart(8, "0")}.gguf`);

/** A run that was stopped after its checkpoint at step 3, 6 or 9. */
async function stopped(changes: Parameters<typeof settings>[0] = {}): Promise<TrainConfig> {
  const config = settings({ max_steps: 400, save_every: 3, keep_checkpoints: 3, ...changes });
  const run = startRun(config);
  await run.reached(9);
  run.stop.abort();
  expect((await run.done).reason).toBe("stopped");
  return config;
}

const methods = [
  { method: "lora" as const, result: "adapter.gguf" },
  { method: "full" as const, result: "model-f32.gguf" },
];

describe.for(methods)("a run by $method", ({ method, result }) => {
  const changes = { method, max_steps: 60, eval_every: 20, save_every: 7 };
  let whole: TrainConfig;
  beforeAll(async () => {
    whole = settings(changes);
    await finish(whole);
  });

  test("goes on with the same losses after it was stopped, to the same result", async () => {
    const config = settings(changes);
    const first = startRun(config);
    await first.reached(10);
    first.stop.abort();
    const { reason, step } = await first.done;
    expect([reason, step < 60]).toEqual(["stopped", true]);
    const { end, heard } = await finish(config, { resume: true });
    expect(heard.find(({ event }) => event === "resume")).toMatchObject({ step });
    expect([end.reason, end.step, end.outputs]).toEqual(["finished", 60, [result]]);
    expect(difference(curve(whole.output), curve(config.output))).toBeLessThanOrEqual(same);
    const files = [whole, config].map(({ output }) => readFileSync(join(output, result)));
    expect(files[0]?.equals(files[1] ?? Buffer.of())).toBe(true);
  });

  test("goes on with the same losses after each of several kills", async () => {
    const config = settings({ ...changes, save_every: 1, eval_every: 1 });
    await killAtRandom(config, { kills: 3, random: randomStream(method.length, 1) });
    await finish(config, { resume: true });
    expect(difference(curve(whole.output), curve(config.output))).toBeLessThanOrEqual(same);
    expect(checkpoints(config.output).every((name) => /^(best|step-\d+)\.gguf$/.test(name))).toBe(
      true,
    );
  });
});

test("a command that was killed goes on by --resume alone", async () => {
  const whole = settings({ max_steps: 100, save_every: 1 });
  await finish(whole);
  const output = join(newPath(), "run");
  const { model_path, data, ...rest } = { ...whole, output };
  const flags = Object.entries({ ...rest, lora_targets: "q,v" }).flatMap(([key, value]) =>
    ["string", "number"].includes(typeof value)
      ? [`--${key.replaceAll("_", "-")}`, `${value}`]
      : [],
  );
  const command = startProgram([
    ...["train", "--model-path", `${model_path}`, "--data", `${data[0]?.path}`, ...flags],
  ]);
  await eventually(() => existsSync(checkpoint(output, 20)), 60_000);
  command.kill("SIGKILL");
  await eventually(() => !existsSync(join(output, ".lock")) || !isAlive(lockOwner(output)), 10_000);
  const { code, stdout } = await runProgram(["train", "--resume", "--output", output]);
  expect([code, stdout.split("\n")[0]]).toEqual([0, "finished after step 100"]);
  expect(difference(curve(whole.output), curve(output))).toBeLessThanOrEqual(same);
});

describe("a run whose newest checkpoint is damaged", () => {
  let config: TrainConfig;
  let newest: string;
  let older: string;
  beforeAll(async () => {
    config = await stopped({ eval_split: 0 });
    [older, newest] = checkpoints(config.output).slice(-2) as [string, string];
  });

  /** The same run once more, its newest checkpoint treated so. */
  function damaged(damage: (path: string) => void): TrainConfig {
    const output = copyOf(config.output);
    damage(join(output, "checkpoints", newest));
    return { ...config, output };
  }

  /** Where it goes on, and what it says of the damage. */
  async function resumed(changed: TrainConfig) {
    const run = startRun(changed, { resume: true });
    await run.reached(1);
    run.kill.abort();
    await run.done.catch(() => {});
    const resume = run.heard.find((one) => one.event === "resume");
    return { from: resume?.event === "resume" ? resume.checkpoint : null, notices: run.notices() };
  }

  const flip = (path: string) => {
    const bytes = readFileSync(path);
    const last = bytes.length - 100;
    bytes[last] = (bytes[last] ?? 0) ^ 0x10;
    writeFileSync(path, bytes);
  };
  const damages: [string, (path: string) => void][] = [
    ["is cut off", (path) => truncateSync(path, readFileSync(path).length - 1000)],
    ["has a wrong bit", flip],
  ];

  test.for(damages)("that %s goes on from the one before, and says so", async ([, damage]) => {
    const { from, notices } = await resumed(damaged(damage));
    expect(from).toBe(`checkpoints/${older}`);
    expect(notices).toEqual([expect.stringMatching(new RegExp(`${newest}.* It is left out\\.$`))]);
  });

  test("begins anew where none is whole, and says so", async () => {
    const changed = damaged(() => {});
    for (const name of checkpoints(changed.output))
      truncateSync(join(changed.output, "checkpoints", name), 500);
    const { notices, heard, reached, kill, done } = startRun(changed, { resume: true });
    await reached(1);
    kill.abort();
    await done.catch(() => {});
    expect(notices().at(-1)).toBe(
      "there is no whole checkpoint to go on from, so the run begins anew",
    );
    expect(heard.find((one) => one.event === "step")).toMatchObject({ step: 1 });
  });

  test("leaves the damaged one behind when it saves again, and keeps as many as it should", async () => {
    const changed = { ...damaged(flip), keep_checkpoints: 1 };
    const run = startRun(changed, { resume: true });
    await run.reached(Number(older.match(/\d+/)) + 1);
    run.stop.abort();
    const { step } = await run.done;
    expect(checkpoints(changed.output)).toEqual([expect.stringContaining(`${step}.gguf`)]);
  });

  test("takes away what a killed writer left, and nothing else", async () => {
    const left = ["adapter.gguf.4242.part", "checkpoints/step-00000099.gguf.4242.part"];
    const changed = damaged(() => {});
    for (const name of [...left, "download.zip.part"])
      writeFileSync(join(changed.output, name), "GGUF");
    await resumed(changed);
    expect(left.filter((name) => existsSync(join(changed.output, name)))).toEqual([]);
    expect(existsSync(join(changed.output, "download.zip.part"))).toBe(true);
  });

  test("goes on behind a record that was torn", async () => {
    const changed = damaged(() => {});
    const records = join(changed.output, "metrics.jsonl");
    writeFileSync(records, readFileSync(records, "utf8").slice(0, -30));
    await resumed(changed);
    const torn = readFileSync(records, "utf8").split("\n").filter(Boolean).filter(isTorn);
    expect(torn).toHaveLength(1);
  });
});

describe("results", () => {
  test("are whole or not there, when their writer is killed", async () => {
    const changes = { method: "full" as const, max_steps: 4, quantize: ["Q8_0" as const] };
    const whole = settings(changes);
    const { end } = await finish(whole);
    const config = settings(changes);
    const run = startRun(config);
    await run.said("writing model-f32.gguf");
    run.kill.abort();
    await run.done.catch(() => {});
    const bytes = ({ output }: TrainConfig, name: string) => readFileSync(join(output, name));
    for (const name of end.outputs.filter((one) => existsSync(join(config.output, one))))
      expect(bytes(config, name).equals(bytes(whole, name))).toBe(true);
    expect((await finish(config, { resume: true })).end.outputs).toEqual(end.outputs);
    for (const name of end.outputs)
      expect(bytes(config, name).equals(bytes(whole, name))).toBe(true);
  });
});

describe("the folder of a run", () => {
  let begun: TrainConfig;
  beforeAll(async () => {
    begun = await stopped();
  });
  const copied = () => ({ ...begun, output: copyOf(begun.output) });

  test("takes one run at a time, and the first goes on", async () => {
    const config = settings({ max_steps: 400 });
    const first = startRun(config);
    await first.reached(1);
    for (const resume of [true, false])
      await expect(startRun(config, { resume }).done).rejects.toThrow(
        /^Process \d+ is already training into .*\/run; if that is not so, remove .*\.lock\.$/,
      );
    first.stop.abort();
    expect((await first.done).reason).toBe("stopped");
  });

  test("goes to one of two that come at the same moment", async () => {
    const config = settings({ max_steps: 300 });
    const ends = await Promise.allSettled([startRun(config).done, startRun(config).done]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(curve(config.output)).toHaveLength(300);
  });

  test.for([
    ["a dead process", deadProcess],
    ["nobody that is named", async () => undefined],
  ] as [string, () => Promise<number | undefined>][])(
    "is taken over from %s",
    async ([, owner]) => {
      const config = copied();
      writeFileSync(join(config.output, ".lock"), `${(await owner()) ?? ""}`);
      const run = startRun(config, { resume: true });
      await run.reached(1);
      run.stop.abort();
      expect((await run.done).reason).toBe("stopped");
      expect(readdirSync(config.output).filter((name) => name.startsWith(".lock"))).toEqual([]);
    },
  );

  test("stays with another process that lives", async () => {
    const config = copied();
    writeFileSync(join(config.output, ".lock"), `${process.pid}`);
    await expect(finish(config, { resume: true })).rejects.toThrow(
      `Process ${process.pid} is already training into`,
    );
    expect(readFileSync(join(config.output, ".lock"), "utf8")).toBe(`${process.pid}`);
  });

  test("is not written over by another run", async () => {
    const config = copied();
    const before = checkpoints(config.output);
    await expect(finish(config)).rejects.toThrow(
      /run is not empty: go on with its run by --resume/,
    );
    expect(checkpoints(config.output)).toEqual(before);
  });

  test("has nothing to go on with when no run began there", async () => {
    const config = settings();
    await expect(finish(config, { resume: true })).rejects.toThrow(
      `There is no run to go on with in ${config.output}.`,
    );
    expect(existsSync(config.output)).toBe(false);
  });

  test("can be used again where a run ended before its first record", async () => {
    const config = settings({ max_steps: 2, init: shape, model_path: null, method: "full" });
    await expect(finish({ ...config, context_size: 16 })).rejects.toThrow(/raise --context-size/);
    expect(existsSync(join(config.output, "untrained.gguf"))).toBe(true);
    writeFileSync(join(config.output, "metrics.jsonl"), '{"event":"sta'); // and a full disk
    expect((await finish(config)).end.reason).toBe("finished");
  });
});

const shape = { layers: 1, embedding_length: 32, heads: 2, kv_heads: 1, feed_forward: 32 };

describe("a resumed run with other", () => {
  let config: TrainConfig;
  beforeAll(async () => {
    config = await stopped();
  });
  const otherModel = newPath(".gguf");
  writeTinyModel(otherModel, { layers: 1, embeddingLength: 32, heads: 2, kvHeads: 1, seed: 2 });
  const otherData = dataFile("other.jsonl", conversations(25));

  test.for<[string, Partial<TrainConfig>, string]>([
    ["settings", { seed: 8, lora_r: 4 }, "lora_r was 8 and is 4, seed was 7 and is 8"],
    ["data", { data: [{ path: otherData, weight: 1 }] }, "the data is not what it was"],
    ["weights", { data: [{ path: lessons, weight: 2 }] }, "the data is not what it was"],
    ["eval data", { eval_data: otherData }, "eval data of its own was false and is true"],
    ["base", { model_path: otherModel }, "the model is not what it was"],
  ])("%s is refused, and the sentence says what differs", async ([, changes, difference]) => {
    const before = readFileSync(join(config.output, "metrics.jsonl"));
    await expect(finish({ ...config, ...changes }, { resume: true })).rejects.toThrow(
      `This run cannot go on: ${difference}; go on as it began, or begin another in a new --output.`,
    );
    expect(readFileSync(join(config.output, "metrics.jsonl"))).toEqual(before);
  });

  test("places for the same model and data goes on", async () => {
    const [model, data] = [newPath(".gguf"), newPath(".jsonl")];
    copyFileSync(base, model);
    copyFileSync(lessons, data);
    const moved = { ...config, model_path: model, data: [{ path: data, weight: 1 }] };
    const run = startRun(moved, { resume: true });
    await run.reached(1);
    run.stop.abort();
    expect((await run.done).reason).toBe("stopped");
    expect(existsSync(checkpoint(config.output, (await run.done).step))).toBe(true);
  });
});

describe("early stopping", () => {
  test("ends a resumed run where it would have ended", async () => {
    const changes = {
      patience: 1,
      eval_every: 2,
      save_every: 2,
      learning_rate: 0.5,
      max_steps: 60,
    };
    const whole = settings(changes);
    const { end } = await finish(whole);
    expect(end.reason).toBe("early");
    const again = await finish(whole, { resume: true });
    expect([again.end.reason, again.end.step]).toEqual(["early", end.step]);
  });

  test("says when the best step is lost, and leaves the last", async () => {
    const config = settings({ patience: 1, eval_every: 2, learning_rate: 0.5, max_steps: 60 });
    await finish(config);
    writeFileSync(join(config.output, "checkpoints", "best.gguf"), "GGUF");
    const { notices } = await finish({ ...config, save_every: 1 }, { resume: true });
    expect(notices().at(-1)).toMatch(/^the result is that of step \d+/);
  });
});

const lockOwner = (output: string) => Number(readFileSync(join(output, ".lock"), "utf8"));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function isTorn(line: string): boolean {
  try {
    JSON.parse(line);
    return false;
  } catch {
    return true;
  }
}

async function deadProcess(): Promise<number | undefined> {
  const child = spawn(process.execPath, ["--version"]);
  await once(child, "exit");
  return child.pid;
}
