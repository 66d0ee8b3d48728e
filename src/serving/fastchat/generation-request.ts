/**
 * @file What FastChat's worker routes are asked, as a request for a plain completion.
 *
 * Source: `generate_stream` of `fastchat/serve/inference.py`, FastChat 0.2.36.
 */
import { UnsupportedCapabilityError } from "../../errors/model-errors.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { checked } from "../../http/json.ts";
import type { WorkerGenerationQuestion } from "../../protocol/fastchat-worker.ts";
import { CompletionRequest } from "../../protocol/openai.ts";
import type { ServedModel as ModelCard } from "../../protocol/registry.ts";

const defaultNewTokens = 256;
/** Colder, or narrower, than this is the likeliest token each time. */
const coldest = 1e-5;
const narrowest = 1e-8;

/** What FastChat calls fields of ours. */
const names = { max_tokens: "max_new_tokens" };

/**
 * @throws {InvalidRequestError} a value lies where no sampler can follow.
 * @throws {UnsupportedCapabilityError} there are pictures.
 */
export function completionRequest(
  asked: WorkerGenerationQuestion,
  card: ModelCard,
): CompletionRequest {
  if (asked.images?.length) throw unseen(card);
  const request = {
    ...toSampling(asked),
    model: asked.model ?? card.id,
    prompt: asked.prompt,
    max_tokens: toMaxTokens(asked, card),
    echo: asked.echo ?? true,
    logprobs: asked.logprobs ?? null,
    stop: asked.stop,
    stop_token_ids: asked.stop_token_ids?.filter((id) => id >= 0) ?? null,
    seed: asked.seed ?? null,
    timings_per_token: true, // for the usage of each frame
  };
  return checked(CompletionRequest, request, names);
}

/** FastChat's sampler knows these and no more: where it has nothing to say, ours is switched off. */
function toSampling(asked: WorkerGenerationQuestion) {
  const { temperature, top_p, top_k, repetition_penalty } = asked;
  const isGreedy = (temperature ?? 1) < coldest || (top_p ?? 1) < narrowest;
  const repeats = Math.max(1, repetition_penalty ?? 1);
  return {
    temperature: isGreedy ? 0 : (temperature ?? 1),
    top_p: isGreedy ? 1 : (top_p ?? 1),
    top_k: Math.max(-1, top_k ?? -1),
    min_p: 0,
    repeat_penalty: repeats,
    ...(repeats > 1 && { repeat_last_n: -1 }), // over the prompt and all that was said
    presence_penalty: asked.presence_penalty ?? 0,
    frequency_penalty: asked.frequency_penalty ?? 0,
  };
}

function toMaxTokens(
  { max_new_tokens: wanted }: WorkerGenerationQuestion,
  card: ModelCard,
): number {
  const most = wanted ?? defaultNewTokens;
  return most <= 0 ? card.context_size : Math.min(most, card.context_size);
}

function unseen({ id, capabilities }: ModelCard): Error {
  if (!capabilities.includes("vision"))
    return new UnsupportedCapabilityError(id, "vision", capabilities, "images");
  return new InvalidRequestError(
    `The model '${id}' sees pictures in conversations, not in raw prompts: ask it at /v1/chat/completions.`,
    "images",
  );
}
