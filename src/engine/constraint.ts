/**
 * @file A grammar beside a sampler: what the sampler picks by itself stands if the grammar allows
 * it; else it picks again among the tokens that are allowed.
 *
 * The first try costs a walk over one token's bytes, so an answer that keeps to its form by itself
 * is hardly slower. Whether a mask was cached changes nothing but the time it takes.
 */
import { InvalidRequestError } from "../errors/request-errors.ts";
import type { Grammar } from "../grammar/matcher/grammar.ts";
import { TokenMatcher } from "../grammar/matcher/token-matcher.ts";
import type { TokenTrie } from "../grammar/matcher/token-trie.ts";
import type { Candidates } from "../llama/candidates.ts";
import type { Context } from "../llama/context.ts";
import type { Sampler } from "../llama/sampler.ts";

export class Constraint {
  readonly #matcher: TokenMatcher;
  readonly #candidates: Candidates;

  constructor(grammar: Grammar, trie: TokenTrie, candidates: Candidates) {
    this.#matcher = new TokenMatcher(grammar, trie);
    this.#candidates = candidates;
  }

  /** Nothing may follow any more, and the text is whole. */
  get isComplete(): boolean {
    return this.#matcher.accepts && this.#matcher.isComplete;
  }

  /**
   * @throws {InvalidRequestError} nothing may follow, and the text is not whole: the vocabulary has
   *         no token for what the grammar wants next.
   */
  assertLeadsOn(): void {
    if (this.#matcher.accepts || !this.#matcher.isComplete) return;
    throw new InvalidRequestError(
      "The grammar wants a text that this model's vocabulary cannot write.",
      "grammar",
      "invalid_grammar",
    );
  }

  /** Whether all of these tokens may follow one another from here. */
  allowsAll(tokens: readonly number[]): boolean {
    const ahead = this.#matcher.clone();
    return tokens.every((token) => ahead.accept(token));
  }

  /** Picks from row `row` of the last batch's logits, and remembers the pick. */
  sample(sampler: Sampler, context: Context, row: number, vocabularySize: number): number {
    const logits = context.logitsInPlace(row, vocabularySize);
    const free = this.#freePick(sampler, context, row, logits);
    if (this.#matcher.allows(free)) {
      this.accept(free);
      if (sampler.remembers) sampler.accept(free);
      return free;
    }
    this.#candidates.fillAllowed(logits, this.#matcher.mask());
    const token = sampler.pick(this.#candidates);
    this.accept(token);
    sampler.accept(token);
    return token;
  }

  /** What the sampler would pick without a grammar; nothing is remembered of it. */
  #freePick(sampler: Sampler, context: Context, row: number, logits: Float32Array): number {
    if (!sampler.remembers) return sampler.sample(context, row);
    this.#candidates.fill(logits);
    return sampler.pick(this.#candidates);
  }

  /** Moves on by a token that somebody else chose. */
  accept(token: number): void {
    this.#matcher.accept(token);
  }
}
