/** @file An answer as Ollama tells it: one object, or a line of JSON for each event. */
import type { Answer, AnswerEvent, ChoiceTimings, Finish } from "../../protocol/answer.ts";
import type { OllamaFigures } from "../../protocol/ollama.ts";
import { toLogprobs } from "../likelihoods.ts";
import { collectChoice } from "../one-choice.ts";
import { toArguments } from "../tool-arguments.ts";
import type { OnComplete } from "../whole-answer.ts";

/** What is new, or all there is. */
type Said = { content: string; thinking?: string; calls?: Call[] };
type Call = { id: string; function: { index: number; name: string; arguments: object } };

/** Where the two routes put it. */
export type Form = (said: Said) => object;

export const chatForm: Form = ({ content, thinking, calls }) => ({
  message: {
    role: "assistant",
    content,
    ...(thinking && { thinking }),
    ...(calls?.length && { tool_calls: calls }),
  },
});

export const generateForm: Form = ({ content, thinking }) => ({
  response: content,
  ...(thinking && { thinking }),
});

export async function toOllamaAnswer(
  model: string,
  form: Form,
  answer: Answer,
  onComplete: OnComplete,
): Promise<object> {
  const whole = await collectChoice(answer, onComplete);
  const { content, reasoning: thinking, logprobs } = whole;
  const calls = whole.toolCalls.map(({ id, function: { name, arguments: text } }, index) =>
    toCall(index, { id, name, text }),
  );
  return {
    ...head(model),
    ...form({ content, thinking, calls }),
    ...ending(whole.finish),
    ...(logprobs.length > 0 && { logprobs: toLogprobs(logprobs) }),
  };
}

/** The lines, without their ends; a call is told when it is whole. */
export async function* answerLines(
  model: string,
  form: Form,
  answer: Answer,
  onComplete: OnComplete,
): AsyncGenerator<string> {
  const line = (more: object) => JSON.stringify({ ...head(model), ...more });
  const calls = new Calls();
  for await (const event of answer) {
    calls.add(event);
    const { content = "", reasoning: thinking = "", logprobs, finish } = event;
    const told = logprobs?.length ? { logprobs: toLogprobs(logprobs) } : {};
    if (content || thinking || logprobs?.length)
      yield line({ ...form({ content, thinking }), done: false, ...told });
    const complete = calls.takeComplete(finish !== undefined);
    if (complete.length > 0) yield line({ ...form({ content: "", calls: complete }), done: false });
    if (finish === undefined) continue;
    onComplete([finish.timings]);
    yield line({ ...form({ content: "" }), ...ending(finish) });
  }
}

/** What Ollama says to a request without a prompt, which only wants the model loaded. */
export function loadedAnswer(model: string, form: Form): object {
  return { ...head(model), ...form({ content: "" }), done: true, done_reason: "load" };
}

/** Calls as they grow. */
class Calls {
  readonly #calls: { id: string; name: string; text: string }[] = [];
  #taken = 0;

  add({ toolCalls = [] }: AnswerEvent): void {
    for (const { index, id = "", name = "", arguments: more } of toolCalls) {
      const call = this.#calls[index] ?? { id, name, text: "" };
      this.#calls[index] = { ...call, text: call.text + more };
    }
  }

  /** Those not taken yet, but for the last, which may still grow. */
  takeComplete(isEnd: boolean): Call[] {
    const from = this.#taken;
    this.#taken = Math.max(from, this.#calls.length - (isEnd ? 0 : 1));
    return this.#calls.slice(from, this.#taken).map((call, i) => toCall(from + i, call));
  }
}

function toCall(index: number, call: { id: string; name: string; text: string }): Call {
  const { id, name, text } = call;
  return { id, function: { index, name, arguments: toArguments(text) } };
}

function head(model: string) {
  return { model, created_at: new Date().toISOString() };
}

function ending({ reason, timings }: Finish) {
  const done_reason = reason === "length" ? "length" : "stop";
  return { done: true, done_reason, ...toFigures(timings) };
}

function toFigures(timings: ChoiceTimings): OllamaFigures {
  const { queueMs, prefillMs, decodeMs, promptTokens, completionTokens } = timings;
  return {
    total_duration: toNanoseconds(queueMs + prefillMs + decodeMs),
    load_duration: 0,
    prompt_eval_count: promptTokens,
    prompt_eval_duration: toNanoseconds(prefillMs),
    eval_count: completionTokens,
    eval_duration: toNanoseconds(decodeMs),
  };
}

const toNanoseconds = (ms: number) => Math.round(ms * 1e6);
