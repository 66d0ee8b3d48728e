/**
 * @file A model behind Google's Gemini API, asked in that API's own words.
 *
 * Source: https://ai.google.dev/api
 */
import { toolUse } from "../../chat/tool-use.ts";
import { UnsupportedCapabilityError } from "../../errors/model-errors.ts";
import type { ChatRequest } from "../../protocol/openai.ts";
import type { Served } from "../../protocol/speaker.ts";
import { estimateChat } from "../openai/token-counts.ts";
import { RememberedCalls } from "../remembered-calls.ts";
import type { RemoteModel } from "../remote-model.ts";
import { candidateEvents } from "./candidate-events.ts";
import { countPrompt, embedTexts } from "./gemini-calls.ts";
import { geminiPieces } from "./gemini-pieces.ts";
import { generateQuestion, promptOf } from "./generate-question.ts";
import { resourcePath } from "./model-name.ts";
import type { SignedCall } from "./signed-call.ts";

export function geminiSpeaker(model: RemoteModel): Served {
  const { card, server, streams } = model;
  const path = resourcePath(model.upstreamModel);
  const memory = new RememberedCalls<SignedCall>();
  return {
    card,
    chat: async (request, signal) => {
      const body = generateQuestion(model, request, memory);
      const pieces = geminiPieces(server, { path, body, signal }, streams !== false);
      return candidateEvents(pieces, askedOf(card.id, request), memory);
    },
    complete: () => {
      throw new UnsupportedCapabilityError(card.id, "completions", card.capabilities);
    },
    countTokens: async (request) => countPrompt(model, promptOf(model, request, memory)),
    countTextTokens: (text) =>
      countPrompt(model, { contents: [{ role: "user", parts: [{ text }] }] }),
    embed: (input, signal) => embedTexts(model, input, signal),
  };
}

function askedOf(model: string, request: ChatRequest) {
  return {
    model,
    n: request.n ?? 1,
    mostCalls: toolUse(request).parallel ? Number.POSITIVE_INFINITY : 1,
    estimate: () => estimateChat(request),
  };
}
