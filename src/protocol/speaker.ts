/**
 * @file What answers: a model behind our own engine, or behind another server. Whatever it is, the
 * same routes ask it, and tell its answer in every dialect.
 */
import type { Answer } from "./answer.ts";
import type { EmbeddingBody } from "./embeddings.ts";
import type { ChatRequest, CompletionRequest, TokensOrText } from "./openai.ts";
import type { ServedModel } from "./registry.ts";

export type Speaker = {
  card: ServedModel;
  /** Starts answering a conversation. */
  chat(request: ChatRequest, signal: AbortSignal): Promise<Answer>;
  /** Tokens of the prompt that the conversation is read as. */
  countTokens(request: ChatRequest): Promise<number>;
};

/** One that also goes on with texts as they stand. */
export type Writer = Speaker & {
  /** Choices are numbered through, prompt by prompt. */
  complete(request: CompletionRequest, prompts: TokensOrText[], signal: AbortSignal): Answer;
  /** Tokens of a raw prompt. */
  countTextTokens(prompt: string): Promise<number>;
};

export type EmbeddingInput = Omit<EmbeddingBody, "model">;

export type Embedder = {
  card: ServedModel;
  /**
   * (inputs, length) unit vectors, and the tokens that were read for them.
   *
   * @param name What the request calls the model: it may ask for an adapter.
   */
  embed(input: EmbeddingInput, signal: AbortSignal, name?: string): Promise<Embeddings>;
};

export type Embeddings = { vectors: Float32Array[]; tokens: number };

/** One that every route can ask; `card.capabilities` says for what. */
export type Served = Writer & Embedder;
