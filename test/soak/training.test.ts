/** @file Training that is killed again and again, at random points, loses nothing but time. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { randomStream } from "../../src/rating/random.ts";
import { curve, difference, finish, killAtRandom, settings, startRun } from "../train/small-run.ts";

const methods = [
  { method: "lora" as const, result: "adapter.gguf" },
  { method: "full" as const, result: "model-f32.gguf" },
];

test.for(methods)(
  "twenty kills of a run by $method change neither its losses nor its result",
  async ({ method, result }) => {
    const changes = { method, max_steps: 300, save_every: 1, eval_every: 5 };
    const [whole, config] = [settings(changes), settings(changes)];
    await finish(whole);
    await killAtRandom(config, { kills: 20, random: randomStream(method.length, 2) });
    const records = readFileSync(join(config.output, "metrics.jsonl"), "utf8");
    expect(records.split('"event":"resume"').length).toBeGreaterThan(10); // most died in their steps
    await finish(config, { resume: true });
    expect(difference(curve(whole.output), curve(config.output))).toBeLessThanOrEqual(1e-6);
    const files = [whole, config].map(({ output }) => readFileSync(join(output, result)));
    expect(files[0]?.equals(files[1] ?? Buffer.of())).toBe(true);
  },
);

test("twenty kills while results are written leave whole files or none", async () => {
  const changes = { method: "full" as const, max_steps: 4, quantize: ["Q8_0" as const] };
  const whole = settings(changes);
  const { end } = await finish(whole);
  const config = settings(changes);
  const random = randomStream(3, 3);
  for (let kill = 0; kill < 20; kill++) {
    const run = startRun(config, { resume: existsSync(config.output) });
    await run.said(`writing ${end.outputs[kill % 2]}`);
    await wait(random() * 10);
    run.kill.abort();
    await run.done.catch(() => {}); // it may have finished
    for (const name of readdirSync(config.output).filter((one) => end.outputs.includes(one)))
      expect(
        readFileSync(join(config.output, name)).equals(readFileSync(join(whole.output, name))),
      ).toBe(true);
  }
});
