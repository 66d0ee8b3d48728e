/** @file A completion request as the engine takes it, prompt by prompt; and a prompt told back. */
import { readAnswer } from "../../chat/output/answer-reading.ts";
import type { ChoiceEvent, Generation } from "../../engine/messages.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { Answer, AnswerEvent, EchoedPrompt } from "../../protocol/answer.ts";
import type { CompletionRequest, TokensOrText } from "../../protocol/openai.ts";
import { promptPrefixes } from "../../protocol/prefix.ts";
import { type LoadedModel, textTokens } from "../loaded-model.ts";
import { bestOf } from "./best-of.ts";
import { fimPrompt } from "./fim-prompt.ts";
import { toGeneration } from "./generation.ts";
import { structuredGrammar } from "./structured-output.ts";

/** OpenAI's default for plain completions. */
const defaultCompletionTokens = 16;

/** @throws {InvalidRequestError} a suffix without a text before it, or for a model that fills no holes. */
export function textGeneration(
  model: LoadedModel,
  request: CompletionRequest,
  prompt: TokensOrText,
): Generation {
  const { vocab } = model.engine;
  const candidates = request.best_of ?? request.n ?? 1;
  const isChosen = candidates > (request.n ?? 1); // by likelihood, which must be known for that
  const { set: adapters, name } = model.adapters.choose(request.model, request.lora);
  const settings = {
    tokens: request.suffix ? holed(model, prompt, request.suffix) : textTokens(model, prompt),
    stops: [],
    stopTokens: [],
    maxTokens: request.max_tokens ?? defaultCompletionTokens,
    trimStart: false,
    prefixes: name === null ? [] : promptPrefixes(name, prompt),
    adapters,
    grammar: structuredGrammar(request),
    visible: [],
    thought: null,
    logprobs: request.logprobs ?? (isChosen ? 0 : null),
    promptLogprobs: request.echo === true && request.logprobs !== null,
  };
  return toGeneration({ ...request, n: candidates }, settings, model.recommended, vocab);
}

function holed(model: LoadedModel, prompt: TokensOrText, suffix: string): Int32Array {
  if (typeof prompt === "string") return fimPrompt(model.engine.vocab, prompt, suffix);
  throw new InvalidRequestError("With a suffix, the prompt must be a text.", "suffix");
}

/** What an answer with log-probabilities may have of them, prompts, choices and alternatives together. */
const mostLogprobs = 2_000_000;
const mostAnswers = 4096;

/** @throws {InvalidRequestError} so many answers, or so many figures, are nobody's to ask at once. */
export function assertBounded(generations: readonly Generation[]): void {
  const answers = generations.reduce((sum, { choices }) => sum + choices, 0);
  if (answers > mostAnswers)
    throw new InvalidRequestError(
      `${answers} answers are asked for, prompts and choices together; at most ${mostAnswers} can be.`,
      "prompt",
    );
  const figures = generations.reduce((sum, one) => sum + promptFigures(one), 0);
  if (figures > mostLogprobs)
    throw new InvalidRequestError(
      `The prompts' log-probabilities would be ${figures} figures; at most ${mostLogprobs} can be told at once. Send fewer prompts, choices or alternatives.`,
      "logprobs",
    );
}

function promptFigures({ tokens, logprobs, promptLogprobs, choices }: Generation): number {
  return promptLogprobs ? tokens.length * ((logprobs ?? 0) + 1) * choices : 0;
}

/** The events of a prompt's answers: the best of them, the prompt before them, as it was asked. */
export function textAnswer(
  model: LoadedModel,
  request: CompletionRequest,
  generation: Generation,
  prompt: TokensOrText,
  events: AsyncIterable<ChoiceEvent>,
): Answer {
  const answer = request.echo
    ? withEcho(events, model, generation, prompt)
    : readAnswer(events, null);
  const n = request.n ?? 1;
  return generation.choices === n ? answer : bestOf(answer, n, request.logprobs !== null);
}

/** Puts the prompt before each choice. */
async function* withEcho(
  events: AsyncIterable<ChoiceEvent>,
  model: LoadedModel,
  { tokens, promptLogprobs }: Generation,
  prompt: TokensOrText,
): AsyncGenerator<AnswerEvent> {
  const echo = echoOf(model, tokens, prompt);
  const echoed = new Set<number>();
  for await (const { id, text, promptLogprobs: told, ...event } of events) {
    told?.forEach((logprobs, i) => {
      const token = echo.tokens[i];
      if (token) token.logprobs = logprobs;
    });
    const isReady = !promptLogprobs || told !== undefined || echoed.size > 0;
    const isFirst = isReady && !echoed.has(event.choice) && !event.progress;
    if (isFirst) echoed.add(event.choice);
    yield { ...event, content: text, ...(isFirst && { prompt: echo }) };
  }
}

/** The prompt as its tokens' texts; those that were put before a text by the tokenizer are empty. */
function echoOf(model: LoadedModel, tokens: Int32Array, prompt: TokensOrText): EchoedPrompt {
  const { vocab } = model.engine;
  const isText = typeof prompt === "string";
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const texts = Array.from(tokens, (token) =>
    decoder.decode(vocab.piece(token, true).bytes, { stream: true }),
  );
  texts[texts.length - 1] += decoder.decode();
  if (isText) dropLead(texts, texts.join("").length - prompt.length);
  const told = texts.map((token) => ({ token, logprobs: null }));
  return { text: texts.join(""), tokens: told };
}

/** Takes what the tokenizer added, BOS and a space, off the beginning. */
function dropLead(texts: string[], extra: number): void {
  for (let i = 0, left = extra; left > 0 && i < texts.length; i++) {
    const text = texts[i] ?? "";
    texts[i] = text.slice(left);
    left -= text.length;
  }
}
