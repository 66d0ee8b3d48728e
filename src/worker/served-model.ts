/** @file The model this worker serves: its names, its engine, its prompts. */

import type { ChatFormat, PromptSegment } from "../chat/chat-format.ts";
import type { OutputFormat } from "../chat/output/output-format.ts";
import type { Engine } from "../engine/engine.ts";
import type { Generation } from "../engine/messages.ts";
import { ModelNotFoundError } from "../errors/api-error.ts";
import type { ModelDescription } from "../llama/model-description.ts";
import type { Answer } from "../protocol/answer.ts";
import type { ChatRequest, CompletionRequest, TokensOrText } from "../protocol/openai.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";
import { SamplingRequest } from "../protocol/sampling.ts";
import { readAnswer } from "./generation/answer-reading.ts";
import { chatGeneration } from "./generation/chat-generation.ts";
import { inTurn } from "./generation/in-turn.ts";
import { assertBounded, textAnswer, textGeneration } from "./generation/text-generation.ts";
import { type ChatPrompt, chatSegments, type LoadedModel, textTokens } from "./loaded-model.ts";

type ServedModelOptions = Omit<LoadedModel, "recommended" | "visibleTokens">;

/** The loaded model; throws a 503 while there is none. */
export type Ready = () => ServedModel;

export class ServedModel implements LoadedModel {
  readonly card: ModelCard;
  readonly engine: Engine;
  readonly description: ModelDescription;
  readonly format: ChatFormat;
  readonly output: OutputFormat;
  readonly recommended: SamplingRequest;
  readonly visibleTokens: number[];

  constructor({ card, engine, description, format, output }: ServedModelOptions) {
    this.card = card;
    this.engine = engine;
    this.description = description;
    this.format = format;
    this.output = output;
    this.recommended = SamplingRequest.parse(description.sampling);
    this.visibleTokens = engine.vocab.controlTokensSpelt(output.visible);
  }

  /** @throws {ModelNotFoundError} the name is not one of this model's. */
  assertName(name: string): void {
    const { id, aliases } = this.card;
    if (name !== id && !aliases.includes(name))
      throw new ModelNotFoundError(name, [id, ...aliases]);
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

  /** A raw prompt is the caller's own template: control tokens may be spelt in it. */
  tokens(prompt: TokensOrText): Int32Array {
    return textTokens(this, prompt);
  }
}
