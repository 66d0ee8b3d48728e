/**
 * @file What the engine's events become on the wire: one body at the end, or a chunk for each.
 *
 * Chunks are spliced from text that is made once a request: only the new text is encoded per token.
 */
import { randomUUID } from "node:crypto";
import type { ChoiceEvent, ChoiceTimings } from "../engine/messages.ts";
import type {
  ChatCompletion,
  FinishReason,
  TextCompletion,
  Timings,
  Usage,
} from "../protocol/openai.ts";

/** The events of one or more prompts, their choices numbered through. */
export type Answer = AsyncIterable<ChoiceEvent>;

/** Called once, with every choice's timings, when an answer is complete. */
export type OnComplete = (timings: ChoiceTimings[]) => void;

type Choice = { index: number; text: string; reason: FinishReason };

export async function toChatCompletion(
  model: string,
  answer: Answer,
  onComplete: OnComplete,
): Promise<ChatCompletion> {
  const { choices, ...figures } = await collect(answer, onComplete);
  return {
    ...head("chatcmpl", "chat.completion", model),
    choices: choices.map(({ index, text, reason }) => ({
      index,
      message: { role: "assistant", content: text, refusal: null },
      logprobs: null,
      finish_reason: reason,
    })),
    ...figures,
  };
}

/** @param echo The text to put before each choice. */
export async function toTextCompletion(
  model: string,
  answer: Answer,
  echo: (choice: number) => string,
  onComplete: OnComplete,
): Promise<TextCompletion> {
  const { choices, ...figures } = await collect(answer, onComplete);
  return {
    ...head("cmpl", "text_completion", model),
    choices: choices.map(({ index, text, reason }) => ({
      index,
      text: echo(index) + text,
      logprobs: null,
      finish_reason: reason,
    })),
    ...figures,
  };
}

/** The JSON texts of a chat stream's chunks: role first, then text, then the reason it ended. */
export function chatChunks(
  model: string,
  answer: Answer,
  includeUsage: boolean,
  onComplete: OnComplete,
): AsyncGenerator<string> {
  const form: ChunkForm = {
    head: head("chatcmpl", "chat.completion.chunk", model),
    opening: () => '"delta":{"role":"assistant","content":"","refusal":null}',
    piece: (text) => `"delta":{"content":${JSON.stringify(text)}}`,
    closing: '"delta":{}',
  };
  return chunks(form, answer, includeUsage, onComplete);
}

/** The same for plain completions, whose first text may be the prompt's. */
export function textChunks(
  model: string,
  answer: Answer,
  echo: (choice: number) => string,
  includeUsage: boolean,
  onComplete: OnComplete,
): AsyncGenerator<string> {
  const piece = (text: string) => `"text":${JSON.stringify(text)}`;
  const form: ChunkForm = {
    head: head("cmpl", "text_completion", model),
    opening: (choice) => (echo(choice) === "" ? null : piece(echo(choice))),
    piece,
    closing: piece(""),
  };
  return chunks(form, answer, includeUsage, onComplete);
}

/** What differs between the two kinds of stream: JSON members of a choice. */
type ChunkForm = {
  head: object;
  opening: (choice: number) => string | null;
  piece: (text: string) => string;
  closing: string;
};

async function* chunks(
  form: ChunkForm,
  answer: Answer,
  includeUsage: boolean,
  onComplete: OnComplete,
): AsyncGenerator<string> {
  const before = `${JSON.stringify(form.head).slice(0, -1)},"choices":`;
  const after = includeUsage ? ',"usage":null}' : "}";
  const chunk = (index: number, members: string, reason = "null", more = "") =>
    `${before}[{"index":${index},${members},"logprobs":null,"finish_reason":${reason}}]${more}${after}`;
  const opened = new Set<number>();
  const all: ChoiceTimings[] = [];
  for await (const { choice, text, finish } of answer) {
    const opening = opened.has(choice) ? null : form.opening(choice);
    opened.add(choice);
    if (opening !== null) yield chunk(choice, opening);
    if (text !== "") yield chunk(choice, form.piece(text));
    if (finish === undefined) continue;
    all.push(finish.timings);
    const timings = `,"timings":${JSON.stringify(toTimings([finish.timings]))}`;
    yield chunk(choice, form.closing, `"${finish.reason}"`, timings);
  }
  onComplete(all);
  if (includeUsage) yield `${before}[],"usage":${JSON.stringify(toUsage(all))}}`;
}

function head<O extends string>(prefix: string, object: O, model: string) {
  const created = Math.floor(Date.now() / 1000); // Unix time, s
  return {
    id: `${prefix}-${randomUUID().replaceAll("-", "")}`,
    object,
    created,
    model,
  };
}

async function collect(
  answer: Answer,
  onComplete: OnComplete,
): Promise<{ choices: Choice[]; usage: Usage; timings: Timings }> {
  const choices: Choice[] = [];
  const all: ChoiceTimings[] = [];
  for await (const { choice, text, finish } of answer) {
    const whole = choices[choice] ?? { index: choice, text: "", reason: "stop" };
    choices[choice] = whole;
    whole.text += text;
    if (finish === undefined) continue;
    whole.reason = finish.reason;
    all.push(finish.timings);
  }
  onComplete(all);
  return { choices, usage: toUsage(all), timings: toTimings(all) };
}

/** Choices of one prompt share its reading, so only those that did not fork count its tokens. */
function toUsage(timings: ChoiceTimings[]): Usage {
  const prompts = timings.filter(({ forked }) => !forked);
  const promptTokens = sum(prompts.map(({ promptTokens }) => promptTokens));
  const completionTokens = sum(timings.map(({ completionTokens }) => completionTokens));
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: {
      cached_tokens: sum(prompts.map(({ cachedTokens }) => cachedTokens)),
    },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

function toTimings(timings: ChoiceTimings[]): Timings {
  const prompts = timings.filter(({ forked }) => !forked);
  const read = sum(prompts.map(({ promptTokens, cachedTokens }) => promptTokens - cachedTokens));
  const prefillMs = sum(prompts.map(({ prefillMs }) => prefillMs));
  const written = sum(timings.map(({ completionTokens }) => completionTokens));
  const decodeMs = Math.max(0, ...timings.map(({ decodeMs }) => decodeMs));
  return {
    queue_ms: round(Math.max(0, ...timings.map(({ queueMs }) => queueMs))),
    prompt_n: read,
    prompt_ms: round(prefillMs),
    prompt_per_second: round(perSecond(read, prefillMs)),
    predicted_n: written,
    predicted_ms: round(decodeMs),
    predicted_per_second: round(perSecond(written, decodeMs)),
    cache_n: sum(prompts.map(({ cachedTokens }) => cachedTokens)),
  };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const round = (value: number) => Math.round(value * 1000) / 1000;
const perSecond = (tokens: number, ms: number) => (ms > 0 ? (tokens / ms) * 1000 : 0);
