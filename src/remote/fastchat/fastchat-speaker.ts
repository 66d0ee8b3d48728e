/**
 * @file A model behind one of FastChat's own workers (model_worker, vllm_worker, sglang_worker,
 * lightllm_worker, multi_model_worker, …), which need no change for it: the prompt is made here with
 * the worker's template, and the frames of its answer become events.
 *
 * A worker takes its prompt as one text, so a message may spell a control token there; FastChat
 * itself has no way round that either.
 */
import { readAnswer } from "../../chat/output/answer-reading.ts";
import { outputFormat } from "../../chat/output/output-formats.ts";
import { toolUse } from "../../chat/tool-use.ts";
import { inTurn } from "../../dialects/in-turn.ts";
import { assertReadsPictures } from "../../dialects/pictures.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { Answer, AnswerEvent } from "../../protocol/answer.ts";
import {
  type ChatRequest,
  type CompletionRequest,
  type TokensOrText,
  type Tool,
  toList,
} from "../../protocol/openai.ts";
import type { ServedModel } from "../../protocol/registry.ts";
import type { EmbeddingInput, Embeddings, Served } from "../../protocol/speaker.ts";
import type { RemoteModel } from "../remote-model.ts";
import { answerEvents } from "./answer-events.ts";
import { shownPictures, withoutMarks } from "./shown-pictures.ts";
import { textAnswer } from "./text-answer.ts";
import { WorkerCalls, type WorkerFacts } from "./worker-calls.ts";
import { asText, chatPrompt, chatQuestion, roomFor, textQuestion } from "./worker-question.ts";
import { assertWithinReach } from "./worker-sampling.ts";

/** Texts that are sent to be embedded at a time; FastChat's API server sends 4. */
const embeddedAtOnce = 16;
/** Answers of one request that are asked for at the same time. */
const askedAtOnce = 16;
const countingMs = 30_000;
/** Characters of the prompt's end that may say how an answer begins. */
const promptEndCharacters = 256;

/** Calls are asked for in words, and read as JSON. */
const output = outputFormat(null);

export class FastChatSpeaker implements Served {
  /** Its context size is a guess until the worker has told it. */
  card: ServedModel;
  readonly #calls: WorkerCalls;

  constructor({ card, server, upstreamModel }: RemoteModel) {
    this.card = card;
    this.#calls = new WorkerCalls(server, upstreamModel);
  }

  async chat(request: ChatRequest, signal: AbortSignal): Promise<Answer> {
    assertWithinReach(request);
    const { shown, required, parallel } = toolUse(request);
    if (required.length > 0) throw cannotBeMadeToCall(request.model);
    const { question, promptTokens } = await this.#question(request, shown, signal);
    const reading = { tools: shown, promptEnd: question.prompt.slice(-promptEndCharacters) };
    const newReader = shown.length > 0 ? () => output.reader(reading) : null;
    const rules = { most: parallel ? Number.POSITIVE_INFINITY : 1, isAll: false };
    const starts = choicesOf(request, (forked) => {
      const frames = this.#calls.frames(question, signal);
      return readAnswer(answerEvents(frames, { promptTokens, forked }), newReader, rules);
    });
    return inTurn(starts, 1, askedAtOnce);
  }

  async *complete(
    request: CompletionRequest,
    prompts: TokensOrText[],
    signal: AbortSignal,
  ): AsyncGenerator<AnswerEvent, void> {
    assertWithinReach(request);
    if (request.suffix) throw lacks(request.model, "suffix");
    if ((request.best_of ?? 1) > (request.n ?? 1)) throw lacks(request.model, "best_of");
    const texts = prompts.map((prompt) => this.#readable(asText(prompt, "prompt")));
    const facts = await this.#facts(signal);
    const starts: (() => Answer)[] = [];
    for (const text of texts) {
      const promptTokens = await this.#calls.count(text, signal);
      const room = roomFor(promptTokens, facts, request.max_tokens ?? 16, "prompt");
      const question = textQuestion(request, text, room);
      const answer = (forked: boolean) => {
        const frames = this.#calls.frames(question, signal);
        return textAnswer(request, text, { promptTokens, forked }, frames);
      };
      starts.push(...choicesOf(request, answer));
    }
    yield* inTurn(starts, 1, askedAtOnce);
  }

  async countTokens(request: ChatRequest): Promise<number> {
    const signal = AbortSignal.timeout(countingMs);
    const { promptTokens } = await this.#question(request, toolUse(request).shown, signal);
    return promptTokens;
  }

  /** Tokens that a prompt and its answer may have together. */
  async contextSize(): Promise<number> {
    return (await this.#facts(AbortSignal.timeout(countingMs))).contextSize;
  }

  countTextTokens(prompt: string): Promise<number> {
    return this.#calls.count(prompt, AbortSignal.timeout(countingMs));
  }

  async embed(input: EmbeddingInput, signal: AbortSignal): Promise<Embeddings> {
    if (input.dimensions != null) throw lacks(this.card.id, "dimensions");
    const texts = toList(input.input).map((text) => asText(text, "input"));
    const vectors: Float32Array[] = [];
    let tokens = 0;
    for (let at = 0; at < texts.length; at += embeddedAtOnce) {
      const some = texts.slice(at, at + embeddedAtOnce);
      const { embedding, token_num } = await this.#calls.embed(some, signal);
      vectors.push(...embedding.map((vector) => Float32Array.from(vector)));
      tokens += token_num;
    }
    return { vectors, tokens };
  }

  async #question(asked: ChatRequest, tools: readonly Tool[], signal: AbortSignal) {
    assertReadsPictures(this.card, asked);
    const { messages, images } = this.#sees
      ? shownPictures(asked.messages)
      : { messages: asked.messages, images: [] };
    const request = { ...asked, messages };
    const facts = await this.#facts(signal);
    const prompt = await chatPrompt(facts, request, tools);
    const promptTokens = await this.#calls.count(prompt, signal);
    const wanted = request.max_completion_tokens ?? request.max_tokens;
    const room = roomFor(promptTokens, facts, wanted, "messages");
    const question = chatQuestion(request, facts, prompt, room);
    return { promptTokens, question: images.length > 0 ? { ...question, images } : question };
  }

  get #sees(): boolean {
    return this.card.capabilities.includes("vision");
  }

  #readable(prompt: string): string {
    return this.#sees ? withoutMarks(prompt) : prompt;
  }

  async #facts(signal: AbortSignal): Promise<WorkerFacts> {
    const facts = await this.#calls.facts(signal);
    this.card = { ...this.card, context_size: facts.contextSize };
    return facts;
  }
}

/** All but the first ask for a prompt that is counted already. */
function choicesOf(
  { n }: { n?: number | null | undefined },
  answer: (forked: boolean) => Answer,
): (() => Answer)[] {
  return Array.from({ length: n ?? 1 }, (_, choice) => () => answer(choice > 0));
}

function lacks(model: string, field: string): InvalidRequestError {
  return new InvalidRequestError(
    `The model '${model}' is served by a FastChat worker, which has no ${field}.`,
    field,
  );
}

function cannotBeMadeToCall(model: string): InvalidRequestError {
  return new InvalidRequestError(
    `The model '${model}' is served by a FastChat worker, which cannot be made to call a tool; tool_choice 'auto' works.`,
    "tool_choice",
  );
}
