/**
 * @file `train.yaml`, the lines of `metrics.jsonl`, and what a training process tells its parent.
 * The flags of `fastchat train` are checked by the same schema.
 */
import { z } from "zod";
import { gpus } from "./config.ts";

const FilePath = z.string().min(1).max(4096);

/** Which matrices of a layer get an adapter. */
export const loraTargets = ["q", "k", "v", "o", "gate", "up", "down"] as const;
export type LoraTarget = (typeof loraTargets)[number];

export const trainMethods = ["lora", "full"] as const;
export const schedules = ["cosine", "linear", "constant"] as const;
export const superviseOptions = ["all", "last"] as const;
export const transposeOptions = ["auto", "q8_0", "bf16", "f32", "cast"] as const;
export const precisions = ["f32", "bf16"] as const;
export const quantizations = [
  "F32",
  "F16",
  "BF16",
  "Q8_0",
  "Q6_K",
  "Q5_K_M",
  "Q4_K_M",
  "Q4_0",
  "Q3_K_M",
] as const;
export type Quantization = (typeof quantizations)[number];

/** A new model's shape; its vocabulary is learned from the data. */
export const InitConfig = z.strictObject({
  architecture: z.enum(["llama", "qwen2", "qwen3"]).default("llama"),
  name: z.string().min(1).max(256).default("model"),
  /** Of the 256 bytes, the learned pieces and the special tokens together; fewer when the data has no more. */
  vocabulary_size: z.int().min(300).max(262_144).default(2048),
  context_length: z.int().min(64).max(1_048_576).default(1024),
  layers: z.int().min(1).max(256).default(4),
  embedding_length: z.int().min(32).max(16_384).multipleOf(32).default(256),
  heads: z.int().min(1).max(256).default(8),
  kv_heads: z.int().min(1).max(256).default(4),
  feed_forward: z.int().min(32).max(65_536).multipleOf(32).default(640),
  /** The output matrix is the token embedding, turned round. */
  tied: z.boolean().default(true),
  /** What the file recommends to sample with; null leaves it to who asks. */
  temperature: z.number().min(0).max(2).nullable().default(null),
});
export type InitConfig = z.infer<typeof InitConfig>;

const DataFile = z.strictObject({
  path: FilePath,
  /** 2 shows each conversation twice an epoch, 0.5 every other one. */
  weight: z.number().gt(0).max(1000).default(1),
});

export const TrainConfig = z.strictObject({
  /** A GGUF file or `hf:owner/repo[:quant]`; null where `init` makes a new model. */
  model_path: FilePath.nullable().default(null),
  init: InitConfig.nullable().default(null),
  /** Files, or folders of them. */
  data: z.array(DataFile).min(1).max(1024),
  /** Conversations to measure on; null splits some off. */
  eval_data: FilePath.nullable().default(null),
  /** The share of conversations that is kept back for measuring, where `eval_data` is null. */
  eval_split: z.number().min(0).max(0.5).default(0.02),
  /** Leave bad rows out and count them; otherwise the first ends the run. */
  skip_bad: z.boolean().default(false),
  /** A folder; it may hold an unfinished run only with `resume`. */
  output: FilePath.default("trained"),

  method: z.enum(trainMethods).default("lora"),
  lora_r: z.int().min(1).max(1024).default(8),
  lora_alpha: z.number().gt(0).max(65_536).default(16),
  lora_dropout: z.number().min(0).max(0.9).default(0.05),
  /** Scales by alpha / √r in place of alpha / r. */
  rslora: z.boolean().default(false),
  lora_targets: z.array(z.enum(loraTargets)).min(1).default(["q", "v"]),

  /** `last`: only the last answer of a conversation teaches. */
  supervise: z.enum(superviseOptions).default("all"),
  /** A Jinja template file in place of the model's own. */
  chat_template: FilePath.nullable().default(null),

  /** Passes over the data; `max_steps` ends earlier. */
  epochs: z.number().gt(0).max(10_000).default(3),
  max_steps: z.int().min(1).nullable().default(null),
  /** Tokens of one packed row: longer conversations are refused, or left out with `skip_bad`. */
  context_size: z.int().min(16).max(1_048_576).default(1024),
  /** Tokens of one optimiser step, in as many rows as that takes. */
  batch_tokens: z.int().min(16).max(16_777_216).default(4096),
  packing: z.boolean().default(true),

  /** null: 2e-4 for LoRA, 2e-5 for full fine-tuning, 1e-3 from scratch. */
  learning_rate: z.number().gt(0).max(10).nullable().default(null),
  schedule: z.enum(schedules).default("cosine"),
  /** The share of all steps in which the learning rate rises. */
  warmup: z.number().min(0).max(1).default(0.03),
  /** What cosine and linear end at, as a share of the learning rate. */
  min_learning_rate: z.number().min(0).max(1).default(0),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  weight_decay: z.number().min(0).max(1).default(0),
  /** The largest norm of all gradients together; 0 does not clip. */
  max_grad_norm: z.number().min(0).default(1),
  seed: z.int().min(0).max(4_294_967_295).default(0),

  /** Evaluate every so many steps; null: ten times a run. */
  eval_every: z.int().min(1).nullable().default(null),
  /** Checkpoint every so many steps; null: whenever it evaluates. */
  save_every: z.int().min(1).nullable().default(null),
  /** Checkpoints to keep beside the best one. */
  keep_checkpoints: z.int().min(1).max(1000).default(2),
  /** Stop when the eval loss has not fallen for so many evaluations; 0 never does. */
  patience: z.int().min(0).max(1000).default(0),

  gpu: z.enum(gpus).default("auto"),
  threads: z.union([z.literal("auto"), z.int().min(1).max(1024)]).default("auto"),
  /** Compute each layer's activations again for its gradients, to keep only its input. */
  gradient_checkpointing: z.union([z.literal("auto"), z.boolean()]).default("auto"),
  /** What F32 matrices are multiplied in; weights, gradients and moments stay F32. */
  precision: z.enum(precisions).default("f32"),
  /** How the transposed weights that gradients flow back through are kept; `cast` makes them anew each time. */
  transpose: z.enum(transposeOptions).default("auto"),

  /** LoRA only: also write the base with the adapter in it. */
  merge: z.boolean().default(false),
  /** Formats to write the result in, beside F32. */
  quantize: z.array(z.enum(quantizations)).max(9).default([]),
});
export type TrainConfig = z.infer<typeof TrainConfig>;

/** What a file of the data was when the run began. */
export const DataDigest = z.object({
  path: z.string(),
  sha256: z.string(),
  weight: z.number(),
  conversations: z.int(),
});

export const TrainStart = z.object({
  event: z.literal("start"),
  /** Unix time, s. */
  time: z.number(),
  version: z.string(),
  config: TrainConfig,
  model: z.object({
    name: z.string(),
    architecture: z.string(),
    /** SHA-256 of the base model's file; null for a new one. */
    sha256: z.string().nullable(),
    parameters: z.int(),
    trainable_parameters: z.int(),
  }),
  data: z.object({
    files: z.array(DataDigest),
    conversations: z.int(),
    skipped: z.int(),
    eval_conversations: z.int(),
    /** Of one epoch. */
    tokens: z.int(),
    supervised_tokens: z.int(),
    rows: z.int(),
  }),
  device: z.string(),
  threads: z.int(),
  steps: z.int(),
  learning_rate: z.number(),
});
export type TrainStart = z.infer<typeof TrainStart>;

/** A run that goes on after it was stopped or killed. */
export const TrainResume = z.object({
  event: z.literal("resume"),
  time: z.number(),
  step: z.int(),
  checkpoint: z.string(),
});

export const TrainStep = z.object({
  event: z.literal("step"),
  /** From 1. */
  step: z.int(),
  epoch: z.number(),
  /** Mean of −ln p over the step's supervised tokens. */
  loss: z.number(),
  learning_rate: z.number(),
  /** Before clipping. */
  grad_norm: z.number(),
  /** Of this step, padding not counted. */
  tokens: z.int(),
  supervised_tokens: z.int(),
  tokens_per_second: z.number(),
  /** Since the run, or its resumption, began. */
  elapsed_s: z.number(),
});
export type TrainStep = z.infer<typeof TrainStep>;

export const TrainEvaluation = z.object({
  event: z.literal("eval"),
  step: z.int(),
  loss: z.number(),
  supervised_tokens: z.int(),
  /** The least loss so far. */
  best: z.boolean(),
});
export type TrainEvaluation = z.infer<typeof TrainEvaluation>;

const TrainCheckpoint = z.object({
  event: z.literal("checkpoint"),
  step: z.int(),
  path: z.string(),
});

const trainEndings = ["finished", "early", "stopped"] as const;
export const TrainEnd = z.object({
  event: z.literal("end"),
  time: z.number(),
  /** `early`: the eval loss fell no more; `stopped`: Ctrl-C, and `--resume` goes on. */
  reason: z.enum(trainEndings),
  step: z.int(),
  /** Files written, relative to the output folder. */
  outputs: z.array(z.string()),
  peak_memory_bytes: z.int(),
});
export type TrainEnd = z.infer<typeof TrainEnd>;

/** One line of `metrics.jsonl`. */
export const TrainRecord = z.discriminatedUnion("event", [
  TrainStart,
  TrainResume,
  TrainStep,
  TrainEvaluation,
  TrainCheckpoint,
  TrainEnd,
]);
export type TrainRecord = z.infer<typeof TrainRecord>;

/** What the training process sends its parent: each record as it is written, and these. */
export type TrainMessage =
  | TrainRecord
  /** Work before the first step and after the last: "reading data", "checking the model". */
  | { event: "phase"; label: string; done: number; total: number | null }
  | { event: "notice"; sentence: string }
  | { event: "refused"; sentence: string };

/** What the parent sends the training process: the job first, then at most one `stop`. */
export type TrainOrder =
  | { order: "train"; config: TrainConfig; resume: boolean }
  | { order: "stop" };
