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

type Whole = { index: number; text: string; reason: FinishReason }[];

/** Called once, with every choice's timings, when an answer is complete. */
export type OnComplete = (timings: ChoiceTimings[]) => void;

export async function toChatCompletion(
  model: string,
  answer: Answer,
  onComplete: OnComplete,
): Promise<ChatCompletion> {
  const { choices, timings } = await collect(answer);
  onComplete(timings);
  return {
    ...head("chatcmpl", "chat.completion", model),
    choices: choices.map(({ index, text, reason }) => ({
      index,
      message: { role: "assistant", content: text, refusal: null },
      logprobs: null,
      finish_reason: reason,
    })),
    usage: toUsage(timings),
    timings: toTimings(timings),
  };
}

/** @param echo Texts to put before the answers: one a prompt, `n` choices each. */
export async function toTextCompletion(
  model: string,
  answer: Answer,
  echo: (choice: number) => string,
  onComplete: OnComplete,
): Promise<TextCompletion> {
  const { choices, timings } = await collect(answer);
  onComplete(timings);
  return {
    ...head("cmpl", "text_completion", model),
    choices: choices.map(({ index, text, reason }) => ({
      index,
      text: echo(index) + text,
      logprobs: null,
      finish_reason: reason,
    })),
    usage: toUsage(timings),
    timings: toTimings(timings),
  };
}

/** The JSON texts of a chat stream's chunks: role first, then text, then the reason it ended. */
export async function* chatChunks(
  model: string,
  answer: Answer,
  includeUsage: boolean,
  onComplete: OnComplete,
): AsyncGenerator<string> {
  const { before, after } = splice(head("chatcmpl", "chat.completion.chunk", model), includeUsage);
  const opened = new Set<number>();
  const all: ChoiceTimings[] = [];
  const chunk = (index: number, delta: string, reason = "null", more = "") =>
    `${before}[{"index":${index},"delta":{${delta}},"logprobs":null,"finish_reason":${reason}}]${more}${after}`;
  for await (const { choice, text, finish } of answer) {
    if (!opened.has(choice)) {
      opened.add(choice);
      yield chunk(choice, '"role":"assistant","content":"","refusal":null');
    }
    if (text !== "") yield chunk(choice, `"content":${JSON.stringify(text)}`);
    if (finish === undefined) continue;
    all.push(finish.timings);
    const timings = `,"timings":${JSON.stringify(toTimings([finish.timings]))}`;
    yield chunk(choice, "", `"${finish.reason}"`, timings);
  }
  onComplete(all);
  if (includeUsage) yield usageChunk(before, all);
}

/** The same for plain completions. */
export async function* textChunks(
  model: string,
  answer: Answer,
  echo: (choice: number) => string,
  includeUsage: boolean,
  onComplete: OnComplete,
): AsyncGenerator<string> {
  const { before, after } = splice(head("cmpl", "text_completion", model), includeUsage);
  const opened = new Set<number>();
  const all: ChoiceTimings[] = [];
  const chunk = (index: number, text: string, reason = "null", more = "") =>
    `${before}[{"index":${index},"text":${JSON.stringify(text)},"logprobs":null,"finish_reason":${reason}}]${more}${after}`;
  for await (const { choice, text, finish } of answer) {
    const first = opened.has(choice) ? "" : echo(choice);
    opened.add(choice);
    if (first + text !== "") yield chunk(choice, first + text);
    if (finish === undefined) continue;
    all.push(finish.timings);
    const timings = `,"timings":${JSON.stringify(toTimings([finish.timings]))}`;
    yield chunk(choice, "", `"${finish.reason}"`, timings);
  }
  onComplete(all);
  if (includeUsage) yield usageChunk(before, all);
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

/** The text of a chunk before and after its list of choices. */
function splice(fields: object, includeUsage: boolean): { before: string; after: string } {
  const before = `${JSON.stringify(fields).slice(0, -1)},"choices":`;
  return { before, after: includeUsage ? ',"usage":null}' : "}" };
}

function usageChunk(before: string, timings: ChoiceTimings[]): string {
  return `${before}[],"usage":${JSON.stringify(toUsage(timings))}}`;
}

async function collect(answer: Answer): Promise<{ choices: Whole; timings: ChoiceTimings[] }> {
  const choices: Whole = [];
  const timings: ChoiceTimings[] = [];
  for await (const { choice, text, finish } of answer) {
    const whole = choices[choice] ?? {
      index: choice,
      text: "",
      reason: "stop",
    };
    choices[choice] = whole;
    whole.text += text;
    if (finish === undefined) continue;
    whole.reason = finish.reason;
    timings.push(finish.timings);
  }
  return { choices, timings };
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
