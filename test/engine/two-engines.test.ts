import { expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

const path = tinyModel({ architecture: "qwen2" });

async function closeAnother(): Promise<void> {
  const second = await startTinyEngine(path, { contextSize: 256 });
  await second.close();
}

async function failAnother(): Promise<void> {
  const speculation = {
    ngram: false,
    draftMax: 8,
    draftModel: tinyModel({ architecture: "mamba" }),
  };
  await expect(startTinyEngine(path, { speculation })).rejects.toThrow(UsageError);
}

/** llama.cpp has one log callback a process, which is that of the engine started last. */
test.for([
  ["is closed", closeAnother],
  ["has failed to start", failAnother],
] as const)("an engine goes on when one that was started after it %s", async ([, end]) => {
  const first = await startTinyEngine(path, { contextSize: 256 });
  await end();
  const long = "many words that fill the cache, ".repeat(4);
  for (let i = 0; i < 4; i++) {
    // Together they need more cells than there are: llama.cpp says so in its log.
    const asked = Array.from({ length: 4 }, (_, k) =>
      collect(first, toGeneration(first, `${i}${k} ${long}`, { maxTokens: 100, temperature: 0 })),
    );
    const finished = (await Promise.all(asked)).flatMap(({ finishes }) => finishes);
    expect(finished).toHaveLength(4);
  }
  await first.close();
});
