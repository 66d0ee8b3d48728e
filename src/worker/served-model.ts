/** @file The model this worker serves: its names, its engine, its prompts. */

import type { ChatFormat, PromptSegment } from "../chat/chat-format.ts";
import type { Engine } from "../engine/engine.ts";
import type { ChoiceEvent } from "../engine/messages.ts";
import { ModelNotFoundError } from "../errors/api-error.ts";
import type { ModelDescription } from "../llama/model-description.ts";
import type { ChatRequest, CompletionRequest, TokensOrText } from "../protocol/openai.ts";
import { conversationPrefixes, promptPrefixes } from "../protocol/prefix.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";
import { SamplingRequest } from "../protocol/sampling.ts";
import type { Answer } from "./answer.ts";
import { toGeneration } from "./generation.ts";

export type ServedModelOptions = {
  card: ModelCard;
  engine: Engine;
  description: ModelDescription;
  format: ChatFormat;
};

/** The fields of a chat request that its prompt is made from. */
export type ChatPrompt = Pick<
  ChatRequest,
  "messages" | "tools" | "add_generation_prompt" | "continue_final_message" | "chat_template_kwargs"
>;

/** The loaded model; throws a 503 while there is none. */
export type Ready = () => ServedModel;

export class ServedModel {
  readonly card: ModelCard;
  readonly engine: Engine;
  readonly description: ModelDescription;
  readonly #options: ServedModelOptions;
  /** What the model's file recommends. */
  readonly #sampling: SamplingRequest;

  constructor(options: ServedModelOptions) {
    this.card = options.card;
    this.engine = options.engine;
    this.description = options.description;
    this.#options = options;
    this.#sampling = SamplingRequest.parse(options.description.sampling);
  }

  /** @throws {ModelNotFoundError} the name is not one of this model's. */
  assertName(name: string): void {
    const { id, aliases } = this.card;
    if (name !== id && !aliases.includes(name))
      throw new ModelNotFoundError(name, [id, ...aliases]);
  }

  /** Starts answering a conversation. */
  async chat(request: ChatRequest, signal: AbortSignal): Promise<Answer> {
    const { engine, description } = this;
    const { format } = this.#options;
    const segments = await this.promptSegments(request);
    const prompt = {
      tokens: engine.vocab.tokenizeSegments(segments),
      stops: format.stop,
      maxTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
      trimStart: description.tokenizer.addsSpace,
      prefixes: conversationPrefixes(this.card.id, request.messages),
    };
    const generation = toGeneration(request, prompt, this.#sampling, engine.vocab);
    return engine.generate(generation, signal);
  }

  /** What the model reads of a conversation, in its chat format. */
  promptSegments(request: ChatPrompt): Promise<PromptSegment[]> {
    return this.#options.format.prompt({
      messages: request.messages,
      tools: request.tools,
      addGenerationPrompt: request.add_generation_prompt ?? !request.continue_final_message,
      continueFinalMessage: request.continue_final_message,
      kwargs: request.chat_template_kwargs,
    });
  }

  /** Starts continuing each prompt; choices are numbered through, prompt by prompt. */
  complete(request: CompletionRequest, prompts: TokensOrText[], signal: AbortSignal): Answer {
    const { engine } = this;
    const answers = prompts.map((prompt) => {
      const settings = {
        tokens: this.tokens(prompt),
        stops: [],
        maxTokens: request.max_tokens ?? defaultCompletionTokens,
        trimStart: false,
        prefixes: promptPrefixes(this.card.id, prompt),
      };
      const generation = toGeneration(request, settings, this.#sampling, engine.vocab);
      return engine.generate(generation, signal, "prompt");
    });
    return answers.length === 1 ? (answers[0] as Answer) : merged(answers, request.n ?? 1);
  }

  /** A raw prompt is the caller's own template: control tokens may be spelt in it. */
  tokens(prompt: TokensOrText): Int32Array {
    const { vocab } = this.engine;
    if (typeof prompt === "string")
      return vocab.tokenizeSegments([{ text: prompt, special: true }]);
    return vocab.checked(prompt);
  }
}

/** OpenAI's default for plain completions. */
const defaultCompletionTokens = 16;

/** Events of several answers as they come, each answer's choices moved up by `n` from the last's. */
async function* merged(answers: Answer[], n: number): AsyncGenerator<ChoiceEvent> {
  const readers = answers.map((answer) => answer[Symbol.asyncIterator]());
  const take = async (index: number) => {
    const reader = readers[index] as AsyncIterator<ChoiceEvent>;
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
