/**
 * @file A model with a law, for what tells its answers: it says the last message back, word by
 * word, and a word is a token. Lines of that message may say how: `think: …` is thought, `call:
 * NAME JSON` calls a tool, `fail` breaks off. If it sees, a picture is a word: its URL in brackets.
 *
 * The prompt is all words of all messages; all but the last message's are in its cache.
 */
import { setTimeout as wait } from "node:timers/promises";
import { assertReadsPictures } from "../../src/dialects/pictures.ts";
import { ModelNotFoundError } from "../../src/errors/model-errors.ts";
import { WorkerLostError } from "../../src/errors/worker-errors.ts";
import type { ModelDescription } from "../../src/llama/model-description.ts";
import type { Answer, AnswerEvent, ChoiceTimings, Finish } from "../../src/protocol/answer.ts";
import {
  type ChatMessage,
  ChatRequest,
  type CompletionRequest,
} from "../../src/protocol/openai.ts";
import type { ServedModel } from "../../src/protocol/registry.ts";
import type { Writer } from "../../src/protocol/speaker.ts";
import { echoModel } from "./echo-worker.ts";

export type EchoSpeaker = Writer & {
  assertName(name: string): void;
  /** All that was asked, in order. */
  requests: ChatRequest[];
  completions: CompletionRequest[];
  description: ModelDescription;
  format: { template?: string };
  output: { toolFormat: string | null; reasoningFormat: string | null };
  engine: { vocab: { fim: object | null } };
};

/** @param pauseMs Before each event but the first. */
export function echoSpeaker(model: Partial<ServedModel> = {}, pauseMs = 0): EchoSpeaker {
  const requests: ChatRequest[] = [];
  const completions: CompletionRequest[] = [];
  const card = echoModel({ capabilities: ["chat", "completions"], facts, ...model });
  const names = [card.id, ...card.aliases];
  return {
    requests,
    completions,
    card,
    description,
    format: { template: "{{ messages }}" },
    output: { toolFormat: "Hermes", reasoningFormat: "<think>" },
    assertName: (name) => {
      if (!names.includes(name)) throw new ModelNotFoundError(name, names);
    },
    complete: (request, [prompt]) => {
      completions.push(request);
      const content = `${prompt}${request.suffix ?? ""}`;
      const { model, stop, max_tokens } = request;
      const messages = [{ role: "user" as const, content }];
      return spoken(ChatRequest.parse({ model, messages, stop, max_tokens }), pauseMs);
    },
    chat: async (request) => {
      assertReadsPictures(card, request);
      requests.push(request);
      return spoken(request, pauseMs);
    },
    countTokens: async ({ messages }) => {
      assertReadsPictures(card, { messages });
      return promptOf(messages).promptTokens;
    },
    countTextTokens: async (prompt) => wordsOf(prompt).length,
    engine: { vocab: { fim: null } },
  };
}

const facts = {
  architecture: "echo",
  parameter_count: 1_500_000_000,
  size_bytes: 1000,
  file_type: "Q4_K_M",
};

const description: ModelDescription = {
  architecture: "echo",
  type: "model",
  contextLength: 4096,
  parameterCount: 1_500_000_000,
  sizeBytes: 1000,
  fileType: "Q4_K_M",
  chatTemplate: "{{ of the file }}",
  chatTemplates: {},
  tokenizer: { vocabularySize: 256, addsSpace: false },
  causal: true,
  learnedPositions: false,
  yarn: false,
  sampling: { temperature: Math.fround(0.7) },
};

type Tally = { tokens: number; thoughts: number };

async function* spoken(
  request: ChatRequest,
  pauseMs: number,
): Answer & AsyncGenerator<AnswerEvent> {
  const tally: Tally = { tokens: 0, thoughts: 0 };
  const { promptTokens, cachedTokens } = promptOf(request.messages);
  const progress = { total: promptTokens, cached: cachedTokens, processed: promptTokens, ms: 1 };
  if (request.return_progress) yield { choice: 0, progress };
  for await (const event of script(request, tally)) {
    yield event;
    if (event.finish) return;
    if (pauseMs > 0) await wait(pauseMs);
  }
}

async function* script(request: ChatRequest, tally: Tally): AsyncGenerator<AnswerEvent> {
  const done = (reason: Finish["reason"], stopString: string | null = null) => ({
    choice: 0,
    finish: { reason, stopString, timings: toTimings(request, tally) },
  });
  const limit = request.max_completion_tokens ?? request.max_tokens ?? Infinity;
  let calls = 0;
  const lines = textOf(request.messages.at(-1)).split(/(?<=\n)/);
  for (const line of lines) {
    if (line.startsWith("fail")) throw new WorkerLostError("echo");
    const [, name, json] = /^call: (\w+) (.*)$/s.exec(line.trimEnd()) ?? [];
    if (name !== undefined && json !== undefined) {
      yield* callOf(calls++, name, json);
      tally.tokens += 2;
      continue;
    }
    const isThought = line.startsWith("think: ");
    for (const word of wordsOf(isThought ? line.slice(7).trimEnd() : line)) {
      const stop = request.stop.find((one) => word.includes(one));
      if (stop !== undefined) return yield done("stop", stop);
      if (tally.tokens === limit) return yield done("length");
      tally.tokens++;
      if (isThought) tally.thoughts++;
      yield isThought ? { choice: 0, reasoning: word } : contentOf(request, word);
    }
  }
  yield done(calls > 0 ? "tool_calls" : "stop");
}

function* callOf(index: number, name: string, json: string): Generator<AnswerEvent> {
  const half = Math.ceil(json.length / 2);
  const id = `call_${index}`;
  yield { choice: 0, toolCalls: [{ index, id, name, arguments: "" }] };
  yield { choice: 0, toolCalls: [{ index, arguments: json.slice(0, half) }] };
  yield { choice: 0, toolCalls: [{ index, arguments: json.slice(half) }] };
}

/** A word is the less likely the longer it is. */
function contentOf(request: ChatRequest, word: string): AnswerEvent {
  if (!request.logprobs) return { choice: 0, content: word };
  const bytes = [...Buffer.from(word)];
  const picked = { id: 1, token: word, bytes, logprob: -word.length / 10 };
  const other = { id: 2, token: "?", bytes: [63], logprob: -5 };
  const top = [picked, other].slice(0, request.top_logprobs ?? 0);
  return { choice: 0, content: word, logprobs: [{ ...picked, top }] };
}

function promptOf(messages: readonly ChatMessage[]) {
  const words = messages.map((message) => wordsOf(textOf(message)).length);
  const promptTokens = words.reduce((sum, count) => sum + count, 0);
  return { promptTokens, cachedTokens: promptTokens - (words.at(-1) ?? 0) };
}

function toTimings({ messages }: ChatRequest, { tokens, thoughts }: Tally): ChoiceTimings {
  return {
    ...promptOf(messages),
    queueMs: 1,
    prefillMs: 2,
    decodeMs: 3,
    completionTokens: tokens,
    reasoningTokens: thoughts,
    forked: false,
  };
}

const wordsOf = (text: string) => text.split(/(?<=\s)/).filter((word) => word !== "");

function textOf(message: ChatMessage | undefined): string {
  const { content } = message ?? {};
  if (!Array.isArray(content)) return content ?? "";
  return content.map(said).join("\n");
}

type Part = Exclude<NonNullable<ChatMessage["content"]>, string>[number];

function said(part: Part): string {
  if (part.type === "text") return part.text;
  return part.type === "refusal" ? part.refusal : `[${part.image_url.url}]`;
}
