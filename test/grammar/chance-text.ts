/** @file Texts that chance writes under a grammar, token by token, then brought to an end. */
import type { Grammar } from "../../src/grammar/matcher/grammar.ts";
import type { State } from "../../src/grammar/matcher/grammar-states.ts";
import { TokenMatcher } from "../../src/grammar/matcher/token-matcher.ts";
import { allowedTokens, endToken, trie } from "./sample-vocabulary.ts";

/** @param tokens How many are chosen by chance before the shortest way to an end is taken. */
export function chanceText(grammar: Grammar, random: () => number, tokens: number): string {
  const matcher = new TokenMatcher(grammar, trie);
  const bytes: number[] = [];
  for (let count = 0; count < tokens; count++) {
    const allowed = allowedTokens(matcher.mask());
    const token = allowed[Math.floor(random() * allowed.length)] ?? endToken;
    if (token === endToken) return Buffer.from(bytes).toString();
    if (!matcher.accept(token)) throw new Error(`The mask allows ${token}, accept does not.`);
    bytes.push(...trie.bytes(token));
  }
  return finished(grammar, bytes);
}

/** Ends the innermost object or array on the shortest way, and again, until the text may end. */
function finished({ states }: Grammar, bytes: number[]): string {
  const step = (state: State, byte: number) => {
    states.refill();
    return states.step(state, states.byteClasses[byte] ?? 0);
  };
  let here: Place = { state: states.start, depth: 0, within: "values" };
  const go = (byte: number) => {
    here = placeAfter(here, byte, step(here.state, byte));
  };
  bytes.forEach(go);
  while (!here.state.accepting) {
    const way = wayOut(here, step, states.dead);
    way.forEach(go);
    bytes.push(...way);
  }
  return Buffer.from(bytes).toString();
}

type Place = {
  readonly state: State;
  /** Brackets that are open. */
  readonly depth: number;
  readonly within: "values" | "string" | "escape";
};

const everyByte = Array.from({ length: 256 }, (_, byte) => byte);

/** The shortest way to where the text may end or one bracket less is open. */
function wayOut(
  from: Place,
  step: (state: State, byte: number) => State,
  dead: State,
): readonly number[] {
  const found = new Set([from.state]);
  const ways: { place: Place; way: readonly number[] }[] = [{ place: from, way: [] }];
  for (const { place, way } of ways) {
    if (place.state.accepting || place.depth < from.depth) return way;
    if (place.depth > from.depth + 12) continue;
    for (const byte of everyByte) {
      const state = step(place.state, byte);
      if (state === dead || found.has(state)) continue;
      found.add(state);
      ways.push({ place: placeAfter(place, byte, state), way: [...way, byte] });
    }
    if (ways.length > 50_000) break;
  }
  throw new Error("There is no way out near.");
}

function placeAfter({ depth, within }: Place, byte: number, state: State): Place {
  const character = String.fromCharCode(byte);
  if (within === "escape") return { state, depth, within: "string" };
  if (within === "string")
    return {
      state,
      depth,
      within: character === "\\" ? "escape" : character === '"' ? "values" : within,
    };
  if (character === '"') return { state, depth, within: "string" };
  const change = "{[".includes(character) ? 1 : "}]".includes(character) ? -1 : 0;
  return { state, depth: depth + change, within };
}
