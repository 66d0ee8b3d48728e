/** @file Follows one text, token by token, through a grammar. */
import type { Grammar } from "./grammar.ts";
import type { GrammarStates, State } from "./grammar-states.ts";
import type { TokenMasks } from "./token-masks.ts";
import type { TokenTrie } from "./token-trie.ts";

/**
 * Stands at one place of one text. Each method may throw an `InvalidRequestError` (param
 * `grammar`) where the grammar has too many ways to read the text.
 */
export class TokenMatcher {
  readonly #grammar: Grammar;
  readonly #states: GrammarStates;
  readonly #trie: TokenTrie;
  readonly #masks: TokenMasks;
  #state: State;

  constructor(grammar: Grammar, trie: TokenTrie) {
    this.#grammar = grammar;
    this.#states = grammar.states;
    this.#trie = trie;
    this.#masks = grammar.masksFor(trie);
    this.#states.refill();
    this.#state = this.#states.start;
  }

  /** Whether this token may come next; an end token: whether the text may end here. */
  allows(token: number): boolean {
    if (this.#trie.isEnd(token)) return this.#state.accepting;
    return this.#after(token) !== undefined;
  }

  /** Moves on; an end token moves nothing. False, and nothing moved, if it is not allowed. */
  accept(token: number): boolean {
    if (this.#trie.isEnd(token)) return this.#state.accepting;
    const next = this.#after(token);
    if (next === undefined) return false;
    this.#state = next;
    return true;
  }

  /**
   * The allowed tokens: (ceil(size / 32),) bit t % 32 of word ⌊t / 32⌋ is token t. Ends are set iff
   * the text may end here. Shared by all who are in this state: not to be written to.
   */
  mask(): Uint32Array {
    this.#states.refill();
    return this.#masks.mask(this.#state);
  }

  /** Whether the text may end here. */
  get accepts(): boolean {
    return this.#state.accepting;
  }

  /** True when nothing but the end may follow, or nothing at all. */
  get isComplete(): boolean {
    this.#states.refill();
    return !this.#masks.leadsOn(this.#state);
  }

  /** A matcher at the same place, which goes its own way. */
  clone(): TokenMatcher {
    const twin = new TokenMatcher(this.#grammar, this.#trie);
    twin.#state = this.#state;
    return twin;
  }

  #after(token: number): State | undefined {
    const bytes = this.#trie.bytes(token);
    if (bytes.length === 0) return undefined;
    const { byteClasses, dead } = this.#states;
    this.#states.refill();
    let state = this.#state;
    for (const byte of bytes) {
      state = this.#states.step(state, byteClasses[byte] ?? 0);
      if (state === dead) return undefined;
    }
    return state;
  }
}
