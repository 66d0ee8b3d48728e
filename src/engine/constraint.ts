/**
 * @file A grammar beside a sampler: what the sampler picks by itself stands if the grammar allows
 * it; else it picks again among the tokens that are allowed.
 *
 * The first try costs a walk over one token's bytes, so an answer that keeps to its form by itself
 * is hardly slower. Whether a mask was cached changes nothing but the time it takes.
 */
import type { Grammar } from "../grammar/grammar.ts";
import { TokenMatcher } from "../grammar/token-matcher.ts";
import type { TokenTrie } from "../grammar/token-trie.ts";
import type { Candidates } from "../llama/candidates.ts";
import type { Sampler } from "../llama/sampler.ts";

export class Constraint {
  readonly #matcher: TokenMatcher;
  readonly #candidates: Candidates;

  constructor(grammar: Grammar, trie: TokenTrie, candidates: Candidates) {
    this.#matcher = new TokenMatcher(grammar, trie);
    this.#candidates = candidates;
  }

  /** Nothing may follow any more. */
  get isComplete(): boolean {
    return this.#matcher.isComplete;
  }

  /**
   * Picks and remembers a token.
   *
   * @param logits (vocabulary,)
   */
  sample(sampler: Sampler, logits: Float32Array): number {
    this.#candidates.fill(logits);
    let token = sampler.pick(this.#candidates);
    if (!this.#matcher.allows(token)) {
      this.#candidates.fillAllowed(logits, this.#matcher.mask());
      token = sampler.pick(this.#candidates);
    }
    this.accept(token);
    sampler.accept(token);
    return token;
  }

  /** Moves on by a token that somebody else chose. */
  accept(token: number): void {
    this.#matcher.accept(token);
  }
}
