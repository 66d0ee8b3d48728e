/** @file What a rerank request wants scored: its query with each of its documents, as tokens. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { ContextLengthError } from "../../errors/request-errors.ts";
import type { ModelDescription } from "../../llama/model-description.ts";
import type { Vocab } from "../../llama/vocab.ts";
import type { RerankRequest } from "../../protocol/rerank.ts";
import { type PairLimits, pairBuilder } from "./rerank-pair.ts";

/** Nobody else's request waits longer for the pairs of one. */
const turnMs = 20;

/** Of a `ServedModel`, what pairs are made with. */
export type Ranker = {
  engine: { vocab: Vocab; info: { contextSize: number } };
  description: Pick<ModelDescription, "chatTemplates">;
};

/**
 * The query and each document, as the model reads them.
 *
 * @throws {ContextLengthError} the query, or with a document, is longer than the model reads.
 */
export async function rerankInputs(
  request: RerankRequest,
  { engine, description }: Ranker,
  signal: AbortSignal,
): Promise<Int32Array[]> {
  const { contextSize } = engine.info;
  const { taken, build } = pairBuilder(
    engine.vocab,
    request.query,
    description.chatTemplates.rerank,
  );
  if (taken >= contextSize) throw new ContextLengthError(taken, contextSize, "query");
  const limits = toLimits(request, contextSize);
  const pairs: Int32Array[] = [];
  let turnBeganAt = performance.now();
  for (const text of textsOf(request)) {
    const pair = build(text, limits);
    const field = `${fieldOf(request)}[${pairs.length}]`;
    if (pair.length > contextSize) throw new ContextLengthError(pair.length, contextSize, field);
    pairs.push(pair);
    if (performance.now() - turnBeganAt < turnMs) continue;
    await nextTurn(undefined, { signal });
    turnBeganAt = performance.now();
  }
  return pairs;
}

function toLimits(request: RerankRequest, contextSize: number): PairLimits {
  const { truncate, truncate_prompt_tokens: tokens, max_tokens_per_doc: document } = request;
  const pair = tokens == null || tokens === -1 ? contextSize : Math.min(tokens, contextSize);
  return {
    ...(document != null && { document }),
    ...((truncate || tokens != null) && { pair }),
    fromLeft: request.truncation_direction?.toLowerCase() === "left",
  };
}

/** Where the request has its documents. */
export function fieldOf({ texts }: RerankRequest): "documents" | "texts" {
  return texts == null ? "documents" : "texts";
}

export function textsOf({ documents, texts }: RerankRequest): string[] {
  return documents ?? texts ?? [];
}
