/**
 * @file What is known of each kind of server: which of its paths answer in shapes
 * that clients can read as they are, what it accepts, and where it says that it is well.
 */

import type { UpstreamKind } from "../protocol/remote-config.ts";

/** What has an API of its own is known by its backend. */
export type ServerKindName = UpstreamKind | "anthropic" | "gemini-native";

/** Paths below `/v1`, and at the root where they begin with two slashes. */
type Paths = readonly string[];

/** Ollama's, and llama-server's two. */
export type DescriptionPath = "/api/show" | "/props" | "/slots";

export type ServerKind = {
  /** Bodies that are passed on and answers that are relayed, without being understood. */
  passes: Paths;
  /** Routes at its root that describe a model, beside OpenAI's list. */
  describes?: readonly DescriptionPath[];
  /** Refuses fields that are not OpenAI's own, so that only those are sent. */
  isStrict: boolean;
  /** A cheap route that answers when it is well. Behind the root where it begins with two slashes. */
  health: string;
  /** How tokens are counted there; null: they are estimated. */
  counts: "vllm" | "sglang" | "llama-server" | "tabbyapi" | "tgi" | "lightllm" | null;
  /** What OpenAI calls `max_tokens` since o1. */
  maxTokens: "max_tokens" | "max_completion_tokens";
  /** Tells the model to think in a role of its own. */
  knowsDeveloper?: true;
  /** Lists every name that it answers to, and answers to no other. */
  listsAll?: true;
  /** Far away and paid for: it is asked less often whether it is well. */
  isHosted?: true;
  /** Tokens that its models read, where it does not say. */
  contextSize?: number;
};

const generations = ["/chat/completions", "/completions", "/embeddings"];
const reranks = ["/rerank", "/reranking", "//rerank", "//reranking", "//v2/rerank"];
const tokenizers = ["//tokenize", "//detokenize"];

const local = {
  passes: generations,
  isStrict: false,
  health: "//health",
  counts: null,
  maxTokens: "max_tokens",
} as const satisfies ServerKind;

const hosted = {
  passes: generations,
  isStrict: true,
  health: "/models",
  counts: null,
  maxTokens: "max_tokens",
  isHosted: true,
} as const satisfies ServerKind;

const serverKinds = {
  vllm: {
    ...local,
    passes: [...generations, ...reranks, ...tokenizers],
    counts: "vllm",
    listsAll: true,
  },
  sglang: { ...local, passes: [...generations, "/rerank"], counts: "sglang" },
  // Its reasons for ending, and its calls of tools, have names and shapes of their own.
  tgi: { ...local, passes: [], counts: "tgi" },
  // `/health` generates a token there.
  lightllm: { ...local, health: "//liveness", counts: "lightllm" },
  tabbyapi: { ...local, counts: "tabbyapi" },
  "llama-server": {
    ...local,
    passes: [...generations, ...reranks, ...tokenizers],
    describes: ["/props", "/slots"],
    counts: "llama-server",
  },
  ollama: { ...local, describes: ["/api/show"], health: "//api/version", listsAll: true },
  litellm: { ...local, passes: [...generations, ...reranks], health: "//health/liveliness" },
  fastchat: {
    ...local,
    passes: [...generations, ...reranks, ...tokenizers],
    describes: ["/api/show", "/props", "/slots"],
    counts: "vllm",
    listsAll: true,
  },
  /** The API server of FastChat in Python. */
  "fastchat-python": { ...local, health: "/models", listsAll: true },
  openai: {
    ...hosted,
    maxTokens: "max_completion_tokens",
    knowsDeveloper: true,
    listsAll: true,
  },
  azure: { ...hosted, maxTokens: "max_completion_tokens", knowsDeveloper: true },
  // Refuses `seed`, `max_completion_tokens` and every field that it does not know.
  mistral: { ...hosted, passes: ["/embeddings"], listsAll: true },
  cohere: hosted,
  gemini: hosted,
  /** Google's own API, which speaks no OpenAI; `gemini` is its compatible one. */
  "gemini-native": { ...hosted, passes: [] },
  /** Anthropic's own API; its compatible one at the same address is not asked. */
  anthropic: {
    ...hosted,
    passes: ["/messages", "/messages/count_tokens"],
    contextSize: 200_000,
  },
  together: { ...hosted, isStrict: false, passes: [...generations, "/rerank"] },
  groq: { ...hosted, listsAll: true },
  openrouter: { ...hosted, isStrict: false },
  deepseek: { ...hosted, listsAll: true },
  nvidia: hosted,
  unknown: { ...local, isStrict: true, health: "/models" },
} as const satisfies Record<ServerKindName, ServerKind>;

/** What a card says; a kind of another version of ours is an unknown one. */
export function kindOf(name: string | undefined): ServerKind {
  return name !== undefined && Object.hasOwn(serverKinds, name)
    ? serverKinds[name as ServerKindName]
    : serverKinds.unknown;
}
