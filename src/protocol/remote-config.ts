/** @file A model of `models.yaml` that another server computes: every key, its range and its default. */
import { z } from "zod";
import { capabilities } from "./openai.ts";

export const backends = ["openai", "anthropic", "gemini"] as const;
export type Backend = (typeof backends)[number];

/** Kinds of servers that have OpenAI's API. */
export const upstreamKinds = [
  "vllm",
  "sglang",
  "tgi",
  "lightllm",
  "tabbyapi",
  "llama-server",
  "ollama",
  "litellm",
  "fastchat",
  "fastchat-python",
  "openai",
  "azure",
  "mistral",
  "cohere",
  "gemini",
  "together",
  "groq",
  "openrouter",
  "deepseek",
  "nvidia",
  "unknown",
] as const;
export type UpstreamKind = (typeof upstreamKinds)[number];

const ModelName = z.string().min(1).max(512);

export const RemoteConfig = z.strictObject({
  /** Whose API the server has. */
  backend: z.enum(backends, { error: `must be one of ${backends.join(", ")}` }),
  /** Where it is, with or without `/v1`; null: the provider's own address. */
  upstream: z
    .url({ protocol: /^https?$/, error: "must be a URL such as http://gpu:8000/v1" })
    .nullable()
    .default(null),
  /** `auto`: as its host or its own routes tell. */
  upstream_kind: z.enum(["auto", ...upstreamKinds]).default("auto"),
  /** What the model is called there; null: every model that it lists, each by its own name. */
  upstream_model: ModelName.nullable().default(null),
  /** The environment variable with its key; null: the provider's usual one, at its own address only. */
  api_key_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable")
    .nullable()
    .default(null),
  /** The id first, then other names for it; without any, what it is called there. */
  names: z.array(ModelName).max(64).default([]),
  /** Whether it sees pictures; `auto`: as the server says. */
  vision: z.union([z.literal("auto"), z.boolean()]).default("auto"),
  /** In tokens; `auto`: as the server says. */
  context_size: z.union([z.literal("auto"), z.int().min(64).max(100_000_000)]).default("auto"),
  /** What it can do; null: as the server says, or its name. */
  capabilities: z
    .array(z.enum(capabilities.filter((one) => one !== "vision")))
    .min(1)
    .nullable()
    .default(null),
  /** false: it is asked for whole answers only. */
  streams: z.boolean().default(true),
  /** Seconds without a byte after which an answer is given up. */
  upstream_timeout: z.int().min(1).max(86_400).default(300),
  /** For requests that say nothing of them. */
  temperature: z.number().min(0).max(2).nullable().default(null),
  top_p: z.number().min(0).max(1).nullable().default(null),
  max_tokens: z.int().min(1).max(10_000_000).nullable().default(null),
  /** Fields that every request has there beside its own. */
  extra_body: z.record(z.string(), z.unknown()).default({}),
  /** Hosts that pictures may be fetched from for it. */
  allowed_image_hosts: z.array(z.string().min(1)).max(1000).default([]),
  /** Requests that may be on their way to it; more are answered with 429. */
  limit_worker_concurrency: z.int().min(1).max(100_000).default(256),
});
export type RemoteConfig = z.infer<typeof RemoteConfig>;
