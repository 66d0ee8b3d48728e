import { expect, test } from "vitest";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

/** llama.cpp has one log callback a process, which is that of the engine started last. */
test("an engine goes on when one that was started after it is closed", async () => {
  const path = tinyModel({ architecture: "qwen2" });
  const first = await startTinyEngine(path, { contextSize: 256 });
  const second = await startTinyEngine(path, { contextSize: 256 });
  await second.close();
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
