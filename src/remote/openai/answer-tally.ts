/**
 * @file What an answer from another server amounts to: each choice's end, held back until the usage
 * has been told, which comes last.
 */
import { UpstreamError } from "../../errors/upstream-errors.ts";
import type { AnswerEvent, ChoiceTimings } from "../../protocol/answer.ts";
import type { FinishReason } from "../../protocol/openai.ts";
import type { Usage } from "./completion-shape.ts";

type End = { reason: FinishReason; stopString: string | null };

export class AnswerTally {
  readonly #model: string;
  readonly #beganAt = performance.now();
  #firstAt: number | null = null;
  readonly #ends = new Map<number, End>();
  /** Pieces of text or thought, by choice: about as many as tokens. */
  readonly #pieces = new Map<number, number>();
  #thoughts = 0;
  #usage: Usage | null = null;

  constructor(model: string) {
    this.#model = model;
  }

  piece(choice: number, isThought: boolean): void {
    this.#firstAt ??= performance.now();
    this.#pieces.set(choice, (this.#pieces.get(choice) ?? 0) + 1);
    if (isThought) this.#thoughts++;
  }

  ended(choice: number, end: End): void {
    this.#pieces.set(choice, this.#pieces.get(choice) ?? 0);
    if (!this.#ends.has(choice)) this.#ends.set(choice, end);
  }

  used(usage: Usage | null | undefined): void {
    if (usage != null) this.#usage = usage;
  }

  /**
   * The last event of each choice. Servers tell usage of all choices together: the first has it.
   *
   * @param estimate Tokens of the prompt, where the server does not tell.
   * @throws {UpstreamError} a choice, or all of them, never came to an end.
   */
  *finishes(estimate: () => number): Generator<AnswerEvent, void> {
    const [first = 0, ...others] = [...this.#pieces.keys()].sort((a, b) => a - b);
    const isWhole = [first, ...others].every((choice) => this.#ends.has(choice));
    if (!isWhole)
      throw new UpstreamError(
        this.#model,
        "ended its answer without saying that it is complete",
        "upstream_lost",
      );
    yield this.#finish(first, this.#timings(estimate));
    for (const choice of others) yield this.#finish(choice, this.#shared());
  }

  #finish(choice: number, timings: ChoiceTimings): AnswerEvent {
    const end = this.#ends.get(choice) ?? { reason: "stop", stopString: null };
    return { choice, finish: { ...end, timings } };
  }

  #timings(estimate: () => number): ChoiceTimings {
    const usage = this.#usage;
    const pieces = [...this.#pieces.values()].reduce((sum, count) => sum + count, 0);
    const { cached_tokens } = usage?.prompt_tokens_details ?? {};
    return {
      ...this.#shared(),
      promptTokens: usage?.prompt_tokens ?? estimate(),
      cachedTokens: cached_tokens ?? usage?.prompt_cache_hit_tokens ?? 0,
      completionTokens: usage?.completion_tokens ?? pieces,
      reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens ?? this.#thoughts,
      forked: false,
    };
  }

  #shared(): ChoiceTimings {
    const firstAt = this.#firstAt ?? performance.now();
    return {
      queueMs: 0,
      prefillMs: firstAt - this.#beganAt,
      decodeMs: performance.now() - firstAt,
      promptTokens: 0,
      cachedTokens: 0,
      completionTokens: 0,
      reasoningTokens: 0,
      forked: true,
    };
  }
}
