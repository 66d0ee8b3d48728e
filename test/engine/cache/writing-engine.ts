/** @file A process whose engine writes one prefix after the other, until it is killed. */
import { collect, startTinyEngine, toGeneration } from "../../support/tiny-engine.ts";

const [path = "", folder = ""] = process.argv.slice(2);
const story = "Every morning the girl went to the river and talked with the fish. ".repeat(6);

async function write(): Promise<void> {
  const engine = await startTinyEngine(path, {
    kvType: "f32",
    flashAttention: "off",
    slots: 1,
    promptCacheBytes: 0,
    promptCacheDisk: { folder, budgetBytes: 64 << 20 },
  });
  for (let i = 0; ; i++)
    await collect(engine, toGeneration(engine, `${i} ${story}${i}`, { maxTokens: 4 }));
}

void write();
