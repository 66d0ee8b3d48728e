/** @file The model this worker serves: its names, its engine, its prompts. */

import type { ChatFormat, PromptSegment } from "../chat/chat-format.ts";
import type { PromptTemplate } from "../chat/fastchat/conversation-template.ts";
import { readAnswer } from "../chat/output/answer-reading.ts";
import type { OutputFormat } from "../chat/output/output-format.ts";
import { inTurn } from "../dialects/in-turn.ts";
import type { Engine } from "../engine/engine.ts";
import type { Generation } from "../engine/messages.ts";
import { ModelNotFoundError } from "../errors/model-errors.ts";
import type { ModelDescription } from "../llama/model-description.ts";
import { adapterIn, namesOf } from "../protocol/adapter-names.ts";
import type { Answer } from "../protocol/answer.ts";
import type { WorkerStatus } from "../protocol/fastchat-controller.ts";
import type { ChatRequest, CompletionRequest, TokensOrText } from "../protocol/openai.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";
import { SamplingRequest } from "../protocol/sampling.ts";
import type { EmbeddingInput, Embeddings, Served } from "../protocol/speaker.ts";
import type { FastChatFacts } from "../serving/fastchat/description-routes.ts";
import type { Adapters } from "./adapters.ts";
import { chatGeneration } from "./generation/chat-generation.ts";
import { assertDimensions, embeddingInputs, shortened } from "./generation/embedding-inputs.ts";
import { assertBounded, textAnswer, textGeneration } from "./generation/text-generation.ts";
import { type ChatPrompt, chatSegments, type LoadedModel, textTokens } from "./loaded-model.ts";

type ServedModelOptions = Omit<LoadedModel, "recommended" | "visibleTokens"> & {
  /** The template by which FastChat's servers write its prompts. */
  conversation: () => Promise<PromptTemplate>;
};

/** The loaded model; throws a 503 while there is none. */
export type Ready = () => ServedModel;

export class ServedModel implements LoadedModel, Served {
  readonly engine: Engine;
  readonly adapters: Adapters;
  readonly description: ModelDescription;
  readonly format: ChatFormat;
  readonly output: OutputFormat;
  readonly recommended: SamplingRequest;
  readonly visibleTokens: number[];
  readonly #card: ModelCard;
  readonly #conversation: () => Promise<PromptTemplate>;

  constructor(options: ServedModelOptions) {
    const { card, conversation, engine, adapters, description, format, output } = options;
    this.#card = card;
    this.#conversation = conversation;
    this.engine = engine;
    this.adapters = adapters;
    this.description = description;
    this.format = format;
    this.output = output;
    this.recommended = SamplingRequest.parse(description.sampling);
    this.visibleTokens = engine.vocab.controlTokensSpelt(output.visible);
  }

  /** As it is at this moment: adapters come and go. */
  get card(): ModelCard {
    return { ...this.#card, adapters: this.adapters.names };
  }

  get fastChatFacts(): FastChatFacts {
    return { card: this.card, conversation: this.#conversation };
  }

  get fastChatStatus(): WorkerStatus {
    const { card, engine } = this;
    const queue_length = engine.gauge("busy") + engine.gauge("queued");
    return { model_names: namesOf(card), speed: 1, queue_length };
  }

  /** @throws {ModelNotFoundError} the name is not one of this model's. */
  assertName(name: string): void {
    const { card } = this;
    if (adapterIn(card, name) === undefined) throw new ModelNotFoundError(name, namesOf(card));
  }

  /** Starts answering a conversation. */
  async chat(request: ChatRequest, signal: AbortSignal): Promise<Answer> {
    const { generation, newReader, calls } = await chatGeneration(this, request);
    return readAnswer(this.engine.generate(generation, signal), newReader, calls);
  }

  /** What the model reads of a conversation, in its chat format. */
  promptSegments(request: ChatPrompt): Promise<PromptSegment[]> {
    return chatSegments(this, request);
  }

  /**
   * Starts continuing each prompt; choices are numbered through, prompt by prompt.
   *
   * @throws {InvalidRequestError} a prompt, or all of them together, is not to be answered: then
   *         none is begun.
   */
  complete(request: CompletionRequest, prompts: TokensOrText[], signal: AbortSignal): Answer {
    const generations = prompts.map((prompt) => textGeneration(this, request, prompt));
    assertBounded(generations);
    const starts = this.engine.generateEach(generations, signal, "prompt");
    const answers = starts.map(
      (start, i) => () =>
        textAnswer(
          this,
          request,
          generations[i] as Generation,
          prompts[i] as TokensOrText,
          start(),
        ),
    );
    const [only] = answers;
    if (only !== undefined && answers.length === 1) return only();
    return inTurn(answers, request.n ?? 1, this.engine.slotCount);
  }

  /** Tokens of the prompt that an answer to the request would follow. */
  async countTokens(request: ChatPrompt): Promise<number> {
    const segments = await this.promptSegments(request);
    return this.engine.vocab.tokenizeSegments(segments).length;
  }

  async countTextTokens(prompt: string): Promise<number> {
    return this.rawTokens(prompt).length;
  }

  /** What a completion continues; for a model that only reads, what it embeds. */
  rawTokens(text: string): Int32Array {
    const { vocab, info } = this.engine;
    return info.generates ? this.tokens(text) : vocab.encode(text, true, false);
  }

  /**
   * @throws {InvalidRequestError} an input cannot be read, or too long a vector is asked for.
   * @throws {ContextLengthError} an input is longer than the model reads.
   */
  async embed(input: EmbeddingInput, signal: AbortSignal, name?: string): Promise<Embeddings> {
    const { vocab, info } = this.engine;
    assertDimensions(input.dimensions, info.embeddingLength);
    const inputs = embeddingInputs(input, vocab, info.contextSize);
    const { set } = this.adapters.choose(name, null);
    const vectors = await this.engine.embed(inputs, set, signal);
    return {
      vectors: vectors.map((vector) => shortened(vector, input.dimensions)),
      tokens: inputs.reduce((sum, { length }) => sum + length, 0),
    };
  }

  /** A raw prompt is the caller's own template: control tokens may be spelt in it. */
  tokens(prompt: TokensOrText): Int32Array {
    return textTokens(this, prompt);
  }
}
