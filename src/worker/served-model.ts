/** @file The model this worker serves: its names, its engine, its prompts. */

import type { ChatFormat, PromptSegment } from "../chat/chat-format.ts";
import type { OutputFormat } from "../chat/output/output-format.ts";
import type { Engine } from "../engine/engine.ts";
import { ModelNotFoundError } from "../errors/api-error.ts";
import type { ModelDescription } from "../llama/model-description.ts";
import type { Answer, AnswerEvent } from "../protocol/answer.ts";
import type { ChatRequest, CompletionRequest, TokensOrText } from "../protocol/openai.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";
import { SamplingRequest } from "../protocol/sampling.ts";
import { readAnswer } from "./generation/answer-reading.ts";
import { bestOf } from "./generation/best-of.ts";
import { chatGeneration } from "./generation/chat-generation.ts";
import { textGeneration, withEcho } from "./generation/text-generation.ts";
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
    const { generation, newReader, mostCalls } = await chatGeneration(this, request);
    return readAnswer(this.engine.generate(generation, signal), newReader, mostCalls);
  }

  /** What the model reads of a conversation, in its chat format. */
  promptSegments(request: ChatPrompt): Promise<PromptSegment[]> {
    return chatSegments(this, request);
  }

  /** Starts continuing each prompt; choices are numbered through, prompt by prompt. */
  complete(request: CompletionRequest, prompts: TokensOrText[], signal: AbortSignal): Answer {
    const answers = prompts.map((prompt) => this.#continue(request, prompt, signal));
    return answers.length === 1 ? (answers[0] as Answer) : merged(answers, request.n ?? 1);
  }

  #continue(request: CompletionRequest, prompt: TokensOrText, signal: AbortSignal): Answer {
    const generation = textGeneration(this, request, prompt);
    const events = this.engine.generate(generation, signal, "prompt");
    const answer = request.echo
      ? withEcho(events, this, generation, prompt)
      : readAnswer(events, null);
    const { n, logprobs } = request;
    if (generation.choices === (n ?? 1)) return answer;
    return bestOf(answer, n ?? 1, logprobs !== null);
  }

  /** A raw prompt is the caller's own template: control tokens may be spelt in it. */
  tokens(prompt: TokensOrText): Int32Array {
    return textTokens(this, prompt);
  }
}

/** Events of several answers as they come, each answer's choices moved up by `n` from the last's. */
async function* merged(answers: Answer[], n: number): AsyncGenerator<AnswerEvent> {
  const readers = answers.map((answer) => answer[Symbol.asyncIterator]());
  const take = async (index: number) => {
    const reader = readers[index] as AsyncIterator<AnswerEvent>;
    return { index, result: await reader.next() };
  };
  const pending = new Map(readers.map((_, index) => [index, take(index)]));
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      pending.delete(index);
      if (result.done) continue;
      yield { ...result.value, choice: index * n + result.value.choice };
      pending.set(index, take(index));
    }
  } finally {
    await Promise.all(readers.map((reader) => reader.return?.()));
  }
}
