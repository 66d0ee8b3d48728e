/**
 * @file A model behind Anthropic's Messages API, or a server that speaks it. Clients of every
 * dialect but its own come here; Anthropic's own go past, as `passthrough.ts` has it.
 */
import { inTurn } from "../../dialects/in-turn.ts";
import { UnsupportedCapabilityError } from "../../errors/model-errors.ts";
import { UpstreamError } from "../../errors/upstream-errors.ts";
import type { Answer } from "../../protocol/answer.ts";
import type { ChatRequest } from "../../protocol/openai.ts";
import type { Served } from "../../protocol/speaker.ts";
import { piecesOf } from "../openai/pieces.ts";
import { estimateChat } from "../openai/token-counts.ts";
import { RememberedCalls } from "../remembered-calls.ts";
import type { RemoteModel } from "../remote-model.ts";
import { askJson } from "../upstream-call.ts";
import { answerEvents } from "./answer-events.ts";
import { StreamedEvent, TokenCount, WholeMessage } from "./message-shape.ts";
import { messagesQuestion, promptQuestion } from "./messages-question.ts";
import type { SignedCalls } from "./signed-calls.ts";
import { wholeEvents } from "./whole-events.ts";

/** Answers of one request that are asked for at the same time. */
const askedAtOnce = 8;
const countingMs = 30_000;

export function anthropicSpeaker(model: RemoteModel): Served {
  const { id, capabilities } = model.card;
  const unable = (what: "completions" | "embeddings") =>
    new UnsupportedCapabilityError(id, what, capabilities, "model", true);
  const calls: SignedCalls = new RememberedCalls();
  return {
    card: model.card,
    chat: async (request, signal) => chat(model, request, calls, signal),
    countTokens: (request) => countTokens(model, request, calls),
    complete: () => {
      throw unable("completions");
    },
    countTextTokens: async () => {
      throw unable("completions");
    },
    embed: async () => {
      throw unable("embeddings");
    },
  };
}

/** Each choice is a request of its own there, and bills the prompt anew; usage tells it once, as OpenAI does. */
function chat(
  model: RemoteModel,
  request: ChatRequest,
  calls: SignedCalls,
  signal: AbortSignal,
): Answer {
  const { server, card } = model;
  const question = { path: "/messages", body: messagesQuestion(model, request, calls), signal };
  const start = (forked: boolean) => {
    const events =
      model.streams === false
        ? wholeEvents(piecesOf(server, question, WholeMessage, false))
        : piecesOf(server, question, StreamedEvent, true);
    return answerEvents(events, card.id, forked, () => estimateChat(request), calls);
  };
  const n = request.n ?? 1;
  if (n === 1) return start(false);
  const starts = Array.from({ length: n }, (_, choice) => () => start(choice > 0));
  return inTurn(starts, 1, askedAtOnce);
}

async function countTokens(
  model: RemoteModel,
  request: ChatRequest,
  calls: SignedCalls,
): Promise<number> {
  const question = {
    path: "/messages/count_tokens",
    body: promptQuestion(model, request, calls),
    signal: AbortSignal.timeout(countingMs),
  };
  const counted = TokenCount.safeParse(await askJson(model.server, question));
  if (counted.success) return counted.data.input_tokens;
  throw new UpstreamError(model.card.id, "answered with something that is no count of tokens");
}
