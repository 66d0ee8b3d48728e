/** @file Thousands of damaged model files: a sentence for each, and never the death of who asked. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { uniform } from "../../src/fresh/random.ts";
import { probeModel } from "../../src/llama/probe.ts";
import { tinyModel } from "../support/tiny-models.ts";

const files = Number(process.env.FILES ?? 400);

test("no damaged file gets past its sentence", async () => {
  const sound = readFileSync(tinyModel());
  const random = uniform(11);
  const outcomes: Record<string, number> = {};
  for (let i = 0; i < files; i++) {
    const path = `${tinyModel()}.damaged`;
    writeFileSync(path, damaged(sound, random));
    const outcome = await probeModel(path).then(
      () => "loads",
      (error: unknown) => {
        expect(error).toBeInstanceOf(UsageError);
        expect(String(error)).toContain(path);
        return /crashes/.test(String(error)) ? "would have crashed us" : "refused";
      },
    );
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  console.log(`${files} damaged files:`, outcomes);
  expect(Object.values(outcomes).reduce((sum, n) => sum + n, 0)).toBe(files);
});

/** One to four bytes of the metadata changed, or the file cut, as disks and strangers do. */
function damaged(sound: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(sound);
  const metadataBytes = Math.min(bytes.length, 24_000);
  for (let i = 0; i <= random() * 4; i++)
    bytes[Math.floor(random() * metadataBytes)] = Math.floor(random() * 256);
  return random() < 0.1 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
}
