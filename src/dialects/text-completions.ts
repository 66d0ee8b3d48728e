/**
 * @file An answer as `/v1/completions` tells it, with log-probabilities in the shape of OpenAI's old
 * completions, which evaluation harnesses read.
 */
import type { Answer, AnswerEvent, TokenLogprobs } from "../protocol/answer.ts";
import type { CompletionRequest, LegacyLogprobs, TextCompletion } from "../protocol/openai.ts";
import {
  type ChunkForm,
  completionChunks,
  completionHead,
  type StreamOptions,
} from "./completion-chunks.ts";
import { toTimings, toUsage } from "./usage.ts";
import { collectAnswer, type OnComplete, timingsOfAll, type WholeChoice } from "./whole-answer.ts";

type Asked = Pick<CompletionRequest, "model" | "logprobs">;

/** A token of a text, its likelihood null where nothing stands before it. */
type ToldToken = { token: string; logprobs: TokenLogprobs | null };

export async function toTextCompletion(
  { model, logprobs }: Asked,
  answer: Answer,
  onComplete: OnComplete,
): Promise<TextCompletion> {
  const choices = await collectAnswer(answer);
  const timings = timingsOfAll(choices);
  onComplete(timings);
  return {
    ...completionHead("cmpl", "text_completion", model),
    choices: choices.map((choice) => ({
      index: choice.index,
      text: (choice.prompt?.text ?? "") + choice.content,
      logprobs: logprobs === null ? null : toLegacyLogprobs(toldTokens(choice), 0),
      finish_reason: choice.finish.reason,
    })),
    usage: toUsage(timings),
    timings: toTimings(timings),
  };
}

/** The JSON texts of the stream's chunks; an echoed prompt is the first text of a choice. */
export function textChunks(
  { model, logprobs }: Asked,
  answer: Answer,
  options: StreamOptions,
): AsyncGenerator<string> {
  const offsets = new Map<number, number>();
  const pieces = (event: AnswerEvent) => {
    const text = (event.prompt?.text ?? "") + (event.content ?? "");
    const tokens = toldTokens(event);
    if (text === "" && tokens.length === 0) return [];
    const at = offsets.get(event.choice) ?? 0;
    offsets.set(event.choice, at + text.length);
    const told = logprobs === null ? null : toLegacyLogprobs(tokens, at);
    return [`"text":${JSON.stringify(text)},"logprobs":${JSON.stringify(told)}`];
  };
  const form: ChunkForm = {
    head: completionHead("cmpl", "text_completion", model),
    opening: null,
    pieces,
    closing: '"text":"","logprobs":null',
  };
  return completionChunks(form, answer, options);
}

function toldTokens({ prompt, logprobs = [] }: AnswerEvent | WholeChoice): ToldToken[] {
  const answered = logprobs.map((one) => ({ token: one.token, logprobs: one }));
  return [...(prompt?.tokens ?? []), ...answered];
}

/** @param offset Characters of the choice's text before the first token. */
function toLegacyLogprobs(tokens: readonly ToldToken[], offset: number): LegacyLogprobs {
  let at = offset;
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprobs }) => logprobs?.logprob ?? null),
    top_logprobs: tokens.map(toAlternatives),
    text_offset: tokens.map(({ token }) => {
      at += token.length;
      return at - token.length;
    }),
  };
}

/**
 * The likeliest tokens and the one that stands there, under the text that it has there. Another token
 * of the same text goes by its bytes, as OpenAI writes parts of characters.
 */
export function toAlternatives({ token, logprobs }: ToldToken): Record<string, number> | null {
  if (logprobs === null) return null;
  const told = new Map<string, number>();
  for (const { id, token: text, bytes, logprob } of [...logprobs.top, logprobs]) {
    const isOwn = id === logprobs.id;
    const isTaken = text === token || told.has(text);
    const name = isOwn ? token : isTaken ? toByteName(bytes) : text;
    if (!told.has(name)) told.set(name, logprob);
  }
  return Object.fromEntries(told);
}

function toByteName(bytes: readonly number[]): string {
  return `bytes:${bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;
}
