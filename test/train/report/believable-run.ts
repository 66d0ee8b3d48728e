/** @file The records of a believable run: a loss that falls and rattles, measured ten times. */
import { TrainConfig, type TrainRecord } from "../../../src/protocol/training.ts";

export type BelievableOptions = {
  steps?: number;
  /** The step after which the run was killed and resumed. */
  resumedAfter?: number | null;
  /** Whether conversations were kept back. */
  measured?: boolean;
  ended?: boolean;
  config?: Partial<TrainConfig>;
};

/** The same options give the same records. */
export function believableRun({
  steps = 200,
  resumedAfter = null,
  measured = true,
  ended = true,
  config = {},
}: BelievableOptions = {}): TrainRecord[] {
  const every = Math.max(1, Math.floor(steps / 10));
  const records: TrainRecord[] = [startOf(steps, config)];
  for (let step = 1; step <= steps; step++) {
    records.push(stepAt(step, steps, resumedAfter));
    if (step % every === 0) records.push(...(measured ? [evalAt(step, steps)] : []));
    if (step % every === 0)
      records.push({ event: "checkpoint", step, path: `checkpoints/step-${step}` });
    if (step === resumedAfter)
      records.push({ event: "resume", time: 1_795_380_000, step, checkpoint: `step-${step}` });
  }
  if (!ended) return records;
  return [
    ...records,
    {
      event: "end",
      time: 1_795_383_600,
      reason: "finished",
      step: steps,
      outputs: ["adapter.gguf"],
      peak_memory_bytes: 1_234_567_890,
    },
  ];
}

/** Not random, and not smooth. */
const rattle = (step: number) => Math.sin(step * 12.9898) * Math.cos(step * 4.1414);
const fall = (step: number, steps: number) => 0.8 + 2.4 * Math.exp((-4 * step) / steps);

function stepAt(step: number, steps: number, resumedAfter: number | null): TrainRecord {
  const rise = Math.max(1, steps * 0.03);
  const rate = 2e-4 * Math.min(step / rise, 0.5 + 0.5 * Math.cos((Math.PI * step) / steps));
  return {
    event: "step",
    step,
    epoch: (3 * step) / steps,
    loss: fall(step, steps) * (1 + 0.2 * rattle(step)),
    learning_rate: rate,
    grad_norm: 0.6 * fall(step, steps) * (1 + 0.5 * rattle(step + 7)),
    tokens: 4000,
    supervised_tokens: 1500,
    tokens_per_second: 900 + 60 * rattle(step + 3),
    elapsed_s: 4 * (resumedAfter !== null && step > resumedAfter ? step - resumedAfter : step),
  };
}

/** The best is the last but one. */
function evalAt(step: number, steps: number): TrainRecord {
  const late = step > 0.95 * steps ? 0.06 : 0;
  const loss = fall(step, steps) + 0.05 + late;
  return { event: "eval", step, loss, supervised_tokens: 3000, best: late === 0 };
}

function startOf(steps: number, config: Partial<TrainConfig>): TrainRecord {
  return {
    event: "start",
    time: 1_795_376_000,
    version: "0.1.0",
    config: TrainConfig.parse({
      model_path: "/home/somebody/models/base.gguf",
      data: [{ path: "/home/somebody/chats/one.jsonl" }],
      ...config,
    }),
    model: {
      name: "Qwen2.5 0.5B Instruct",
      architecture: "qwen2",
      sha256: "a".repeat(64),
      parameters: 494_032_768,
      trainable_parameters: 540_672,
    },
    data: {
      files: [
        {
          path: "/home/somebody/chats/one.jsonl",
          sha256: "b".repeat(64),
          weight: 1,
          conversations: 1200,
        },
        {
          path: "/home/somebody/chats/faq/two.json",
          sha256: "c".repeat(64),
          weight: 3,
          conversations: 40,
        },
      ],
      conversations: 1240,
      skipped: 3,
      eval_conversations: 25,
      tokens: 266_000,
      supervised_tokens: 100_000,
      rows: 260,
    },
    device: "CPU",
    threads: 2,
    steps,
    learning_rate: 2e-4,
  };
}
