/**
 * @file A chat request of ours as Gemini is asked it.
 *
 * Source: https://ai.google.dev/api/generate-content
 */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { ChatRequest } from "../../protocol/openai.ts";
import type { RemoteModel } from "../remote-model.ts";
import { answerForm } from "./answer-form.ts";
import { toConversation } from "./contents.ts";
import { isSinceGemini3 } from "./model-name.ts";
import type { SignedCalls } from "./signed-call.ts";
import { thinkingConfig } from "./thinking-config.ts";
import { toTools } from "./tools.ts";

const maxStops = 5;

/** FastChat blocks nothing either (`fastchat/serve/api_provider.py`). */
const safetySettings = [
  "HARM_CATEGORY_HARASSMENT",
  "HARM_CATEGORY_HATE_SPEECH",
  "HARM_CATEGORY_SEXUALLY_EXPLICIT",
  "HARM_CATEGORY_DANGEROUS_CONTENT",
].map((category) => ({ category, threshold: "BLOCK_NONE" }));

/** @throws {InvalidRequestError} something is asked for that Gemini cannot do. */
export function generateQuestion(
  model: RemoteModel,
  request: ChatRequest,
  calls: SignedCalls,
): object {
  const { generationConfig: moreConfig, ...more } = (model.extraBody ?? {}) as {
    generationConfig?: object;
  };
  return {
    ...promptOf(model, request, calls),
    generationConfig: { ...generationConfig(model, request), ...moreConfig },
    safetySettings,
    ...more,
  };
}

/** What of it is read: what its tokens are counted of. */
export function promptOf(model: RemoteModel, request: ChatRequest, calls: SignedCalls): object {
  const mustBeSigned = isSinceGemini3(model.upstreamModel);
  return { ...toConversation(request.messages, calls, mustBeSigned), ...toTools(request) };
}

function generationConfig({ upstreamModel }: RemoteModel, request: ChatRequest): object {
  const { stop, top_k: topK, top_logprobs: tops, n } = request;
  if (stop.length > maxStops)
    throw new InvalidRequestError(
      `The model '${request.model}' is served by Gemini, which takes ${maxStops} stop strings at most.`,
      "stop",
    );
  return withoutGaps({
    temperature: request.temperature,
    topP: request.top_p,
    topK: topK != null && topK > 0 ? topK : null,
    maxOutputTokens: request.max_completion_tokens ?? request.max_tokens,
    stopSequences: stop.length > 0 ? stop : null,
    candidateCount: n != null && n > 1 ? n : null,
    seed: request.seed,
    presencePenalty: request.presence_penalty,
    frequencyPenalty: request.frequency_penalty,
    responseLogprobs: request.logprobs === true ? true : null,
    logprobs: tops ? tops : null,
    thinkingConfig: thinkingConfig(upstreamModel, request),
    ...answerForm(request),
  });
}

function withoutGaps(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}
