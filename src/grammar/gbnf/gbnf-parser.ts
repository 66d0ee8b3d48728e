/**
 * @file Reads GBNF, llama.cpp's notation for grammars, into rules.
 *
 * Source: grammars/README.md and src/llama-grammar.cpp of llama.cpp v0.5.0. Two things differ: a
 * repetition stays one item with its bounds, it is not written out; and what matches single
 * tokens, `<[1000]>` and `<think>`, is refused, since we match text and know no vocabulary here.
 */

import { everyCharacter } from "../character-set.ts";
import { GbnfReader } from "./gbnf-reader.ts";
import {
  type GrammarSymbol,
  grammarError,
  type Item,
  maxGrammarBytes,
  type Rule,
  type RuleSet,
} from "./grammar-rules.ts";

const maxNesting = 128;
const maxRules = 40_000;
const maxGroups = 40_000;
const maxRepetition = 2000;

/** @throws {InvalidRequestError} not GBNF, no `root`, a rule without definition, or too big. */
export function parseGbnf(text: string): RuleSet {
  if (Buffer.byteLength(text) > maxGrammarBytes)
    throw grammarError(`The grammar is longer than ${maxGrammarBytes} bytes.`);
  return new GbnfParser(text).parse();
}

class GbnfParser {
  readonly #reader: GbnfReader;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #bodies: (Rule["alternatives"] | undefined)[] = [];
  #nesting = 0;

  constructor(text: string) {
    this.#reader = new GbnfReader(text);
  }

  parse(): RuleSet {
    this.#reader.skipSpace(true);
    while (!this.#reader.atEnd) this.#rule();
    const root = this.#numbers.get("root");
    if (root === undefined) throw grammarError("The grammar has no rule named 'root'.");
    return { rules: this.#names.map((name, rule) => this.#defined(name, rule)), root };
  }

  #defined(name: string, rule: number): Rule {
    const alternatives = this.#bodies[rule];
    if (alternatives !== undefined) return { name, alternatives };
    throw grammarError(`The grammar refers to a rule '${brief(name)}' that it does not define.`);
  }

  /** As in llama.cpp, the last of two definitions of one name holds. */
  #rule(): void {
    const reader = this.#reader;
    const name = reader.name();
    if (name === "") throw reader.failure("expected the name of a rule");
    reader.skipSpace(false);
    reader.expect("::=", "after the name of a rule");
    reader.skipSpace(true);
    this.#bodies[this.#numberOf(name)] = this.#alternatives(name);
    if (!reader.atEnd && !/[\r\n]/.test(reader.next))
      throw reader.failure(`expected the end of the rule, found '${reader.next}'`);
    reader.skipSpace(true);
  }

  #numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#numbers.size >= maxRules)
      throw this.#reader.failure(`a grammar has at most ${maxRules} rules`);
    const number = this.#names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }

  #alternatives(name: string): Item[][] {
    const alternatives = [this.#sequence(name)];
    while (this.#reader.take("|")) {
      this.#reader.skipSpace(true);
      alternatives.push(this.#sequence(name));
    }
    return alternatives;
  }

  #sequence(name: string): Item[] {
    const items: Item[] = [];
    for (let item = this.#item(name); item !== undefined; item = this.#item(name))
      if (item !== "empty") items.push(item);
    return items;
  }

  /** A symbol and the repetitions behind it; "empty" if together they match no text at all. */
  #item(name: string): Item | "empty" | undefined {
    const symbol = this.#symbol(name);
    if (symbol === undefined) return undefined;
    let item: Item | "empty" = symbol === "empty" ? symbol : { symbol, least: 1, most: 1 };
    for (let repeated = 0; ; repeated++) {
      this.#reader.skipSpace(this.#nesting > 0);
      const bounds = this.#repetition();
      if (bounds === undefined) return item;
      if (repeated >= maxNesting) throw this.#tooDeep();
      if (item !== "empty") item = bounds[1] === 0 ? "empty" : this.#repeated(item, name, bounds);
    }
  }

  /** What is repeated already becomes a group before it is repeated again. */
  #repeated(item: Item, name: string, [least, most]: [number, number]): Item {
    const once = item.least === 1 && item.most === 1;
    return { symbol: once ? item.symbol : this.#group(name, [[item]]), least, most };
  }

  #group(name: string, alternatives: Rule["alternatives"]): GrammarSymbol {
    if (this.#names.length >= maxRules + maxGroups)
      throw this.#reader.failure(`a grammar has at most ${maxGroups} groups`);
    this.#bodies[this.#names.length] = alternatives;
    return { kind: "rule", rule: this.#names.push(name) - 1 };
  }

  #symbol(name: string): GrammarSymbol | "empty" | undefined {
    const reader = this.#reader;
    if (reader.take('"')) {
      const text = reader.literal();
      return text === "" ? "empty" : { kind: "bytes", bytes: Buffer.from(text) };
    }
    if (reader.take("[")) return { kind: "characters", ranges: reader.characterClass() };
    if (reader.take(".")) return { kind: "characters", ranges: everyCharacter };
    if (reader.take("(")) return this.#parenthesis(name);
    if (/[<!]/.test(reader.next))
      throw reader.failure("references to tokens ('<…>') are not supported");
    if (/[*+?{]/.test(reader.next))
      throw reader.failure(`'${reader.next}' has nothing before it to repeat`);
    const reference = reader.name();
    return reference === "" ? undefined : { kind: "rule", rule: this.#numberOf(reference) };
  }

  #parenthesis(name: string): GrammarSymbol {
    if (++this.#nesting > maxNesting) throw this.#tooDeep();
    this.#reader.skipSpace(true);
    const alternatives = this.#alternatives(name);
    this.#reader.expect(")", "at the end of a group");
    this.#nesting--;
    return this.#group(name, alternatives);
  }

  #tooDeep(): Error {
    return this.#reader.failure(`groups are nested more than ${maxNesting} deep`);
  }

  #repetition(): [least: number, most: number] | undefined {
    if (this.#reader.take("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#reader.take("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#reader.take("?")) return [0, 1];
    return this.#reader.take("{") ? this.#counted() : undefined;
  }

  #counted(): [least: number, most: number] {
    const [reader, spaced] = [this.#reader, this.#nesting > 0];
    reader.skipSpace(spaced);
    const least = reader.count();
    if (least === undefined) throw reader.failure("expected a number after '{'");
    reader.skipSpace(spaced);
    let most: number | undefined = least;
    if (reader.take(",")) {
      reader.skipSpace(spaced);
      most = reader.count();
      reader.skipSpace(spaced);
    }
    reader.expect("}", "at the end of a repetition");
    if (Math.max(least, most ?? 0) > maxRepetition)
      throw reader.failure(`a repetition is counted to ${maxRepetition} at most`);
    if (most !== undefined && most < least)
      throw reader.failure("a repetition must not end below its beginning");
    return [least, most ?? Number.POSITIVE_INFINITY];
  }
}

const brief = (name: string) => (name.length > 64 ? `${name.slice(0, 64)}…` : name);
