/**
 * @file A model behind an OpenAI-compatible server. It is asked in OpenAI's words, and its answers
 * become events, so that every dialect can be spoken in front of it.
 */
import { inTurn } from "../../dialects/in-turn.ts";
import { UpstreamError } from "../../errors/upstream-errors.ts";
import type { AnswerEvent } from "../../protocol/answer.ts";
import { toList } from "../../protocol/openai.ts";
import type { EmbeddingInput, Embeddings, Served } from "../../protocol/speaker.ts";
import type { RemoteModel } from "../remote-model.ts";
import { askJson } from "../upstream-call.ts";
import { chatEvents } from "./chat-events.ts";
import { chatQuestion, textQuestion } from "./chat-question.ts";
import { ChatPiece, EmbeddingAnswer, TextPiece } from "./completion-shape.ts";
import { piecesOf } from "./pieces.ts";
import { textEvents } from "./text-events.ts";
import { countChat, countText, estimateChat, estimateText } from "./token-counts.ts";

/** Prompts of one request that are asked for at the same time. */
const promptsAtOnce = 8;

export function openAiSpeaker(model: RemoteModel): Served {
  const { card, server } = model;
  const isStream = model.streams !== false;
  return {
    card,
    chat: async (request, signal) => {
      const body = chatQuestion(model, request);
      const question = { path: "/chat/completions", body, signal };
      const pieces = piecesOf(server, question, ChatPiece, isStream);
      return chatEvents(pieces, card.id, () => estimateChat(request));
    },
    complete: (request, prompts, signal) => {
      const starts = prompts.map((prompt) => () => {
        const body = textQuestion(model, request, prompt);
        const pieces = piecesOf(
          server,
          { path: "/completions", body, signal },
          TextPiece,
          isStream,
        );
        const estimate = () => (typeof prompt === "string" ? estimateText(prompt) : prompt.length);
        return textEvents(pieces, card.id, estimate);
      });
      return inTurn(starts, request.n ?? 1, promptsAtOnce) satisfies AsyncIterable<AnswerEvent>;
    },
    countTokens: (request) => countChat(model, request),
    countTextTokens: (prompt) => countText(model, prompt),
    embed: (input, signal) => embed(model, input, signal),
  };
}

async function embed(
  { server, upstreamModel, card, extraBody }: RemoteModel,
  { input, dimensions, user }: EmbeddingInput,
  signal: AbortSignal,
): Promise<Embeddings> {
  const texts = toList(input);
  const body = {
    model: upstreamModel,
    input: texts.length === 1 ? texts[0] : texts,
    encoding_format: "float",
    ...(dimensions != null && { dimensions }),
    ...(user != null && { user }),
    ...extraBody,
  };
  const answer = EmbeddingAnswer.safeParse(
    await askJson(server, { path: "/embeddings", body, signal }),
  );
  if (!answer.success || answer.data.data.length !== texts.length)
    throw new UpstreamError(card.id, "answered with something that is no list of vectors");
  const { data, usage } = answer.data;
  const ordered = [...data].sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
  const estimate = texts.reduce((sum, text) => sum + sizeOf(text), 0);
  return {
    vectors: ordered.map(({ embedding }) => toVector(embedding)),
    tokens: usage?.prompt_tokens ?? estimate,
  };
}

const sizeOf = (text: string | number[]) =>
  typeof text === "string" ? estimateText(text) : text.length;

/** Little-endian float32, where it came as base64 all the same. */
function toVector(embedding: number[] | string): Float32Array {
  if (typeof embedding !== "string") return Float32Array.from(embedding);
  const bytes = Buffer.from(embedding, "base64");
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readFloatLE(i * 4));
}
