/**
 * @file The embedded models' own conversations in packed rows, and each filled up to the context as
 * FastChat's trainer does: tokens computed, and the time to learn from the same examples.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { freeThreads } from "../../src/engine/threads.ts";
import { uniform } from "../../src/fresh/random.ts";
import { ComputeDevice } from "../../src/llama/compute-device.ts";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import type { Native } from "../../src/llama/native.ts";
import { teach } from "../../src/models/embedded/conversations.ts";
import { TrainConfig } from "../../src/protocol/training.ts";
import { openReader } from "../../src/train/base-model.ts";
import type { Example } from "../../src/train/examples/example.ts";
import { exampleMaker } from "../../src/train/examples/make-examples.ts";
import {
  packExamples,
  paddedTokens,
  type Row,
  tokensOf,
  toRow,
} from "../../src/train/examples/packing.ts";
import { writeFreshModel } from "../../src/train/fresh-model.ts";
import { Converter } from "../../src/train/model/conversion.ts";
import { hyperparametersOf } from "../../src/train/model/hyperparameters.ts";
import { Parameters } from "../../src/train/model/parameters.ts";
import { loadWeights } from "../../src/train/model/weights.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { inTurn, ratio, toSeconds } from "./in-turn.ts";
import { usualOptimizer } from "./lora-step.ts";

/** Conversations that are counted, and of these the ones that are learned from. */
const [counted, learned] = [2000, 96];

export async function packing(native: Native, rounds: number): Promise<void> {
  const config = TrainConfig.parse(
    parse(readFileSync(new URL("../../src/models/embedded/tiny.yaml", import.meta.url), "utf8")),
  );
  const folder = mkdtempSync(join(tmpdir(), "fastchat-packing-"));
  const path = join(folder, "fresh.gguf");
  try {
    const examples = await lessons(native, path, config);
    const { context_size: contextSize } = config;
    const packed = packExamples(examples, { contextSize, packing: true });
    const tokens = tokensOf(examples);
    console.log(
      `\n# packing: ${counted} of the embedded models' conversations, ${tokens} tokens, context ${contextSize}`,
    );
    const [ours, theirs] = [packed, examples].map((rows) => paddedTokens(rows, contextSize));
    console.log(
      `tokens computed: packed ${ours}, padded ${theirs}: ${ratio(theirs, ours, 2, "as many")}`,
    );
    const some = examples.slice(0, learned);
    const rows = {
      packed: packExamples(some, { contextSize, packing: true }).map(toRow),
      padded: some.map((example) => padded(toRow([example]), contextSize)),
    };
    const device = new ComputeDevice(native, { threads: await freeThreads(), cpuOnly: true });
    const trainer = freshTrainer(device, path, config);
    const step = (of: Row[]) => () => trainer.step(1, of, 0, async () => {});
    const [one, other] = await inTurn([step(rows.packed), step(rows.padded)], rounds);
    console.log(
      `a step of ${learned} conversations: packed ${toSeconds(one)} (${rows.packed.length} rows), padded ${toSeconds(other)} (${rows.padded.length} rows): ${ratio(other, one, 2)}`,
    );
    trainer.free();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function lessons(native: Native, path: string, config: TrainConfig): Promise<Example[]> {
  const place = "lessons.jsonl";
  const taught = teach(uniform(1))
    .slice(0, counted)
    .map((one) => ({ ...one, tools: null, place }));
  if (config.init === null) throw new Error("the embedded model begins from nothing");
  writeFreshModel(path, config.init, taught, config.seed);
  const { format, vocab, close } = await openReader(native, path, config);
  const { supervise, context_size: contextSize } = config;
  const make = await exampleMaker({ format, vocab, supervise, contextSize });
  const examples: Example[] = [];
  for (const conversation of taught) examples.push(...(await make(conversation).catch(() => []))); // a few are too long, as in `make models`
  close();
  return examples;
}

/** Whatever follows belongs to nobody and counts for nothing, but is computed. */
function padded(row: Row, length: number): Row {
  const filled = <T extends Int32Array | Float32Array>(from: T, into: T, rest: number): T => {
    into.fill(rest).set(from);
    return into;
  };
  return {
    tokens: filled(row.tokens, new Int32Array(length), 0),
    positions: filled(row.positions, new Int32Array(length), 0),
    segments: filled(row.segments, new Int32Array(length), 1),
    weights: filled(row.weights, new Float32Array(length), 0),
  };
}

function freshTrainer(device: ComputeDevice, path: string, config: TrainConfig): Trainer {
  const file = readGguf(path);
  const weights = loadWeights(file, hyperparametersOf(file), device, new Converter(device), {
    trainable: true,
    transpose: "cast",
  });
  const values = weights.all.map(({ tensor, source }) => ({
    name: source.tensor.name,
    value: tensor,
  }));
  const { context_size: contextSize } = config;
  return new Trainer(
    device,
    weights,
    { parameters: new Parameters(device, values), lora: null },
    { ...usualOptimizer, contextSize, dropout: 0, recompute: "auto", seed: 1 },
  );
}
