/**
 * @file `models.yaml` and the settings of one model: every key, its range and its default. The
 * flags of `fastchat worker` and `fastchat up` are checked by the same schemas.
 */
import { z } from "zod";
import { ArenaConfig } from "./arena-config.ts";
import { LoraName, LoraScale } from "./lora.ts";
import { DispatchMethod } from "./registry.ts";
import { RemoteConfig } from "./remote-config.ts";

export const gpus = ["auto", "cpu", "cuda", "vulkan", "metal"] as const;
export const kvTypes = ["f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0"] as const;
export const ropeScalings = ["none", "linear", "yarn"] as const;
export const splitModes = ["none", "layer", "row", "tensor"] as const;
export const speculations = ["auto", "none", "ngram"] as const;
export const flashAttentions = ["auto", "on", "off"] as const;

/** `auto` leaves the figure to the worker, which knows the model and the machine. */
const orAuto = (figure: z.ZodNumber) => z.union([z.literal("auto"), figure]).default("auto");

/** Where another of our processes listens. */
export const Address = z.url({
  protocol: /^https?$/,
  error: "must be a URL such as http://127.0.0.1:21001",
});
export const Port = z.int().min(0).max(65_535);
export const usualArenaPort = 7860;
const Host = z.string().min(1).max(253);
const ModelName = z.string().min(1).max(512);
const FilePath = z.string().min(1).max(4096);

const orBackend = ({ input }: { input?: unknown }) =>
  input === undefined
    ? "is missing, and there is no backend either: an entry has one of them"
    : null;

export const Lora = z.strictObject({
  path: FilePath,
  /** For requests that name the model alone: 1 is the adapter's full effect, 0 leaves it out. */
  scale: LoraScale.default(1),
  /** In `model:name`; without one, the file's. */
  name: LoraName.optional(),
});
export type Lora = z.infer<typeof Lora>;

/** `FILE` or `FILE=SCALE`; anything else is left as it is. */
export function loraFromText(text: unknown): unknown {
  if (typeof text !== "string") return text;
  const [, path, scale] = /^(.*)=([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/is.exec(text) ?? [];
  return path === undefined ? { path: text } : { path, scale: Number(scale) };
}

export const ModelConfig = z.strictObject({
  /** A GGUF file, or `hf:owner/repo[:quant]`. */
  path: z.string({ error: orBackend }).min(1).max(4096),
  /** The id first, then other names for it; without any, the file's own name. */
  names: z.array(ModelName).max(64).default([]),
  /** Tokens the KV cache holds, shared by all slots. */
  context_size: orAuto(z.int().min(64).max(16_777_216)),
  slots: z.int().min(1).max(256).default(8),
  /** Tokens evaluated in one step. */
  batch_size: z.int().min(32).max(16_384).default(512),
  gpu: z.enum(gpus).default("auto"),
  gpu_layers: orAuto(z.int().min(0).max(100_000)),
  /** GPUs by llama.cpp's names (`CUDA0`), `none` alone for the CPU; without any, all there are. */
  devices: z.array(z.string().min(1).max(256)).max(64).default([]),
  split_mode: z.enum(splitModes).default("layer"),
  /** What part of the model each GPU gets, as proportions; without any, by their free memory. */
  tensor_split: z
    .array(z.number().min(0).max(1_000_000))
    .max(64)
    .refine((shares) => shares.length === 0 || shares.some((share) => share > 0), {
      error: "must not give every GPU 0",
    })
    .default([]),
  /** Counted from 0: the GPU with the whole model (split_mode none) or the small tensors (row). */
  main_gpu: z.int().min(0).max(63).default(0),
  threads: orAuto(z.int().min(1).max(1024)),
  kv_type: z.enum(kvTypes).default("f16"),
  /** Of the cache's keys and of its values alone; `auto` is kv_type. */
  cache_type_k: z.enum(["auto", ...kvTypes]).default("auto"),
  cache_type_v: z.enum(["auto", ...kvTypes]).default("auto"),
  flash_attn: z.enum(flashAttentions).default("auto"),
  /** How rotary positions are stretched; `auto` is what the model's file says, here and below. */
  rope_scaling: z.enum(["auto", ...ropeScalings]).default("auto"),
  /** How many times the trained length the model is to read; rope_freq_scale is 1 ÷ it. */
  rope_scale: orAuto(z.number().min(0.001).max(1000)),
  rope_freq_base: orAuto(z.number().min(1).max(1e12)),
  rope_freq_scale: orAuto(z.number().min(0.001).max(1000)),
  /** In tokens: the length before any scaling. */
  yarn_orig_ctx: orAuto(z.int().min(1).max(16_777_216)),
  yarn_ext_factor: orAuto(z.number().min(0).max(100)),
  yarn_attn_factor: orAuto(z.number().min(0).max(100)),
  yarn_beta_slow: orAuto(z.number().min(0).max(1000)),
  yarn_beta_fast: orAuto(z.number().min(0).max(1000)),
  lora: z.array(z.preprocess(loraFromText, Lora)).max(16).default([]),
  /** A folder whose adapters a request may have loaded; `null` is none. */
  lora_dir: FilePath.nullable().default(null),
  /** MiB of RAM for conversations whose slot another one took; 0 keeps none. */
  cache_ram: z.int().min(0).max(1_048_576).default(256),
  /** Where conversations outlive the worker; null keeps none. */
  prompt_cache_dir: z.string().min(1).nullable().default(null),
  /** MiB that they may take there. */
  prompt_cache_disk: z.int().min(1).max(16_777_216).default(4096),
  /** What drafts tokens: `auto` the draft model, if there is one; `ngram` first the text itself. */
  speculative: z.enum(speculations).default("auto"),
  /** A smaller model of the same vocabulary. */
  draft_model: FilePath.nullable().default(null),
  /** Most tokens of one draft. */
  draft_max: z.int().min(1).max(64).default(16),
  /** Serve embeddings beside chat. */
  embedding: z.boolean().default(false),
  /** A file with a Jinja template or the name of one of FastChat's, instead of the model's own. */
  chat_template: FilePath.nullable().default(null),
  /** The name of one of FastChat's templates, instead of the model's own. */
  conv_template: z.string().min(1).max(256).nullable().default(null),
  /** Requests that may run or wait at once; more are answered with 429. */
  limit_worker_concurrency: orAuto(z.int().min(1).max(100_000)),
});
export type ModelConfig = z.infer<typeof ModelConfig>;

/** An entry with a `backend` is another server's model; the others are files. */
const ModelEntry = z
  .looseObject({ backend: z.unknown() })
  .partial()
  .transform((entry, context): ModelConfig | RemoteConfig => {
    const schema = entry.backend === undefined ? ModelConfig : RemoteConfig;
    const parsed = schema.safeParse(entry);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues)
      context.issues.push({ ...issue, ...unworded(issue, schema), input: entry } as never);
    return z.NEVER;
  });

/** Without Zod's words for an unknown key of the entry: who checks the whole may have better ones. */
function unworded({ code, path }: z.core.$ZodIssue, inst: z.ZodType) {
  return code === "unrecognized_keys" && path.length === 0 ? { inst, message: undefined } : {};
}

export function isRemote(model: ModelConfig | RemoteConfig): model is RemoteConfig {
  return "backend" in model;
}

export const FastChatConfig = z.strictObject({
  host: Host.default("127.0.0.1"),
  api_port: Port.default(8000),
  /** Of its own: the Arena asks its visitors for no key, so it is opened to others by name. */
  arena_host: Host.default("127.0.0.1"),
  /** `auto` is the usual one or, where that is taken, any free one; `null` is no Arena. */
  arena_port: z
    .union([z.literal("auto"), Port])
    .nullable()
    .default("auto"),
  controller_port: Port.default(21_001),
  /** `null` is the user's own data folder. */
  data_dir: FilePath.nullable().default(null),
  dispatch_method: DispatchMethod.default("auto"),
  /** Where FastChat's Python workers may be that know no join token. */
  allow_workers: z.array(z.string().min(1).max(2048)).max(10_000).default([]),
  api_keys: z.array(z.string().min(1, "must not be empty")).max(10_000).default([]),
  /** Web pages that may call the api from a browser; `null` is those of this machine. */
  allowed_origins: z.array(z.string().min(1)).max(1000).nullable().default(null),
  /** Serve beyond this machine without an API key. */
  insecure: z.boolean().default(false),
  models: z.array(ModelEntry).max(256).default([]),
  arena: ArenaConfig.prefault({}),
});
export type FastChatConfig = z.infer<typeof FastChatConfig>;
