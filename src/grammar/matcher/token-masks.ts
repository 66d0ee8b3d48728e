/** @file Which tokens a grammar allows in each of its states, for one vocabulary. */
import type { Position } from "../gbnf/grammar-program.ts";
import type { GrammarStates, State } from "./grammar-states.ts";
import type { TokenTrie } from "./token-trie.ts";

/** A mask of 150 000 tokens takes 19 KB. */
const maxMasks = 256;

export class TokenMasks {
  readonly #states: GrammarStates;
  readonly #trie: TokenTrie;
  /** The least recently used comes first. */
  readonly #masks = new Map<State, Uint32Array>();
  readonly #leads = new Map<State, boolean>();
  readonly #alike = new Map<State, State>();
  #generation = -1;

  constructor(states: GrammarStates, trie: TokenTrie) {
    this.#states = states;
    this.#trie = trie;
  }

  /** (ceil(size / 32),) one bit per token: token t is bit t % 32 of word t / 32. Not to be written. */
  mask(state: State): Uint32Array {
    const alike = this.#representative(state);
    const known = this.#masks.get(alike);
    const mask = known ?? this.#walk(alike);
    this.#masks.delete(alike);
    this.#masks.set(alike, mask);
    if (this.#masks.size > maxMasks) this.#masks.delete(first(this.#masks));
    return mask;
  }

  /** Whether any token but an end is allowed. */
  leadsOn(state: State): boolean {
    if (state.stacks.length === 0) return false;
    const alike = this.#representative(state);
    let leads = this.#leads.get(alike);
    if (leads === undefined) {
      leads = this.#visit(alike, () => true);
      this.#leads.set(alike, leads);
    }
    return leads;
  }

  #walk(state: State): Uint32Array {
    const mask = new Uint32Array(Math.ceil(this.#trie.size / 32));
    const { twin, ends } = this.#trie;
    const set = (token: number) => {
      mask[token >>> 5] = (mask[token >>> 5] ?? 0) | (1 << (token & 31));
    };
    if (state.accepting) ends.forEach(set);
    this.#visit(state, (token) => {
      for (let same = token; same !== -1; same = twin[same] ?? -1) set(same);
      return false;
    });
    return mask;
  }

  /** Calls `found` for one token of each allowed text, until it says that is enough. */
  #visit(state: State, found: (token: number) => boolean): boolean {
    const { byte, depth, skip, token } = this.#trie;
    const { byteClasses, dead } = this.#states;
    const path = [state]; // path[d]: the state d bytes into the token
    for (let node = 0; node < byte.length; ) {
      const level = depth[node] ?? 0;
      const before = path[level - 1] ?? dead;
      const byteClass = byteClasses[byte[node] ?? 0] ?? 0;
      const here = before.next[byteClass] ?? this.#states.step(before, byteClass);
      if (here === dead) {
        node = skip[node] ?? byte.length;
        continue;
      }
      path[level] = here;
      const ended = token[node] ?? -1;
      if (ended !== -1 && found(ended)) return true;
      node++;
    }
    return false;
  }

  /**
   * One state for all that allow the same tokens because they differ only in counts that no token
   * is long enough to bring to their bounds.
   */
  #representative(state: State): State {
    if (this.#generation !== this.#states.generation) this.#forget();
    if (!this.#states.counts) return state;
    const known = this.#alike.get(state);
    if (known !== undefined) return known;
    const reach = this.#trie.longestBytes;
    const alike = this.#states.recount(state, (repeat, count) => nearBound(repeat, count, reach));
    this.#alike.set(state, alike);
    return alike;
  }

  #forget(): void {
    this.#generation = this.#states.generation;
    this.#masks.clear();
    this.#leads.clear();
    this.#alike.clear();
  }
}

/** The count itself where a bound is in reach, else one for all counts as far from the bounds. */
function nearBound(repeat: Position, count: number, reach: number): number {
  if (repeat.op !== "repeat") return count;
  if (count + reach < repeat.least) return repeat.least - reach - 1;
  return count >= repeat.least && count + reach < repeat.most ? repeat.least : count;
}

function first<K>(map: ReadonlyMap<K, unknown>): K {
  const { value, done } = map.keys().next();
  if (done === true) throw new RangeError("The map is empty.");
  return value;
}
