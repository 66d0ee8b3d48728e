/** @file Every path that a worker answers, and what its model must be able to do for it. */
import type { Capability } from "../protocol/openai.ts";
import type { Routable } from "./demand.ts";

export type ForwardedRoute = {
  method: "GET" | "POST";
  /** As Hono reads it. */
  path: string;
  /** Null: any model will do. */
  capability: Capability | null | ((body: Routable) => Capability);
  /** A request that names no model means the only one there is. */
  isModelOptional?: true;
};

const post = (path: string, capability: ForwardedRoute["capability"]): ForwardedRoute => ({
  method: "POST",
  path,
  capability,
});

/** The same, for the dialects of servers that have one model and so never name it. */
const postToAny = (path: string, capability: Capability | null): ForwardedRoute => ({
  ...post(path, capability),
  isModelOptional: true,
});

/** What a worker says of its model and of its own state. */
const get = (path: string): ForwardedRoute => ({
  method: "GET",
  path,
  capability: null,
  isModelOptional: true,
});

export const forwardedRoutes: readonly ForwardedRoute[] = [
  post("/v1/chat/completions", "chat"),
  post("/v1/completions", "completions"),
  post("/v1/embeddings", "embeddings"),
  post("/v1/engines/:model{.+}/embeddings", "embeddings"),
  post("/v1/messages", "chat"),
  post("/v1/messages/count_tokens", "chat"),
  post("/v1/responses", "chat"),
  post("/v1/responses/input_tokens", "chat"),
  post("/api/chat", "chat"),
  post("/api/generate", ({ raw, suffix }) => (raw === true || suffix ? "completions" : "chat")),
  post("/api/embed", "embeddings"),
  post("/api/embeddings", "embeddings"),
  post("/api/show", null),
  postToAny("/v1/rerank", "rerank"),
  postToAny("/v2/rerank", "rerank"),
  postToAny("/rerank", "rerank"),
  postToAny("/v1/reranking", "rerank"),
  postToAny("/reranking", "rerank"),
  postToAny("/tokenize", null),
  postToAny("/v1/tokenize", null),
  postToAny("/detokenize", null),
  postToAny("/v1/detokenize", null),
  postToAny("/v1/chat/completions/input_tokens", "chat"),
  postToAny("/apply-template", "chat"),
  postToAny("/infill", "completions"),
  get("/tokenizer_info"),
  get("/props"),
  get("/slots"),
  get("/lora-adapters"),
];
