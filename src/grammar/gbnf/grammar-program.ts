/**
 * @file Rules as a program over bytes: a graph whose every walk back to where it began is a text.
 *
 * The empty text never takes part: each rule's body matches what the rule matches except the empty
 * text, and whoever uses a rule that may be empty may also go past it. So no loop can turn without
 * eating a byte, and following the program without input always ends.
 */

import { type CodeRange, characterSet } from "../character-set.ts";
import { type ByteRange, toByteSequences } from "../matcher/utf8-ranges.ts";
import { type GrammarSymbol, grammarError, type Item, type RuleSet } from "./grammar-rules.ts";

/** Each position costs memory; a literal has one per byte. */
const maxPositions = 400_000;

type Edge = { readonly low: number; readonly high: number; readonly next: Position };

/** A place in the program. `id` tells positions apart and counts from 0. */
export type Position = { readonly id: number } & (
  | { readonly op: "byte"; readonly edges: readonly Edge[] }
  | { readonly op: "split"; targets: readonly Position[] }
  | { readonly op: "call"; readonly rule: Entry; readonly next: Position }
  | {
      readonly op: "repeat";
      readonly body: Position;
      readonly least: number;
      readonly most: number;
      readonly next: Position;
    }
  | { readonly op: "return" }
);

/** Where a rule begins; filled in when the rule's turn comes. */
type Entry = { start: Position };

export type Program = {
  readonly start: Position;
  /** (256,) bytes of one class go the same way everywhere. */
  readonly byteClasses: Uint8Array;
  /** (classes,) a byte of each class. */
  readonly classBytes: readonly number[];
  /** Whether any repetition is counted while running. */
  readonly counts: boolean;
};

/** @throws {InvalidRequestError} the grammar takes more than 400 000 positions. */
export function compileProgram(rules: RuleSet, nullable: Uint8Array): Program {
  return new ProgramCompiler(rules, nullable).compile();
}

class ProgramCompiler {
  readonly #rules: RuleSet["rules"];
  readonly #root: number;
  readonly #nullable: Uint8Array;
  /** By the number of the rule, or by the ranges of the set of characters. */
  readonly #entries = new Map<number | string, Entry>();
  readonly #queue: { entry: Entry; compile: () => Position }[] = [];
  /** (257,) 1 where a range begins, or one has just ended. */
  readonly #bounds = new Uint8Array(257);
  readonly #return: Position;
  #positions = 0;
  #counts = false;

  constructor({ rules, root }: RuleSet, nullable: Uint8Array) {
    this.#rules = rules;
    this.#root = root;
    this.#nullable = nullable;
    this.#return = { id: this.#id(), op: "return" };
  }

  compile(): Program {
    const call = this.#call(this.#root, () => this.#rule(this.#root), this.#return);
    const start = this.#nullable[this.#root] === 1 ? this.#split([call, this.#return]) : call;
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop())
      next.entry.start = next.compile();
    return { start, ...classesOf(this.#bounds), counts: this.#counts };
  }

  #rule(rule: number): Position {
    const alternatives = this.#rules[rule]?.alternatives ?? [];
    return this.#split(alternatives.flatMap((items) => this.#sequence(items)));
  }

  /** Where a sequence may begin so that it matches at least a byte: at most once per item. */
  #sequence(items: readonly Item[]): Position[] {
    const after: Position[] = [this.#return]; // after[i]: what follows the last i items
    for (const item of items.toReversed())
      after.push(this.#item(item, after.at(-1) ?? this.#return, this.#leastOf(item)));
    const starts: Position[] = [];
    for (const [i, item] of items.entries()) {
      const [here, next] = [after[items.length - i], after[items.length - i - 1]];
      if (here === undefined || next === undefined) break;
      if (this.#leastOf(item) > 0) return [...starts, here];
      starts.push(this.#item(item, next, 1));
    }
    return starts;
  }

  /** How often an item must match at least a byte. */
  #leastOf({ symbol, least }: Item): number {
    return symbol.kind === "rule" && this.#nullable[symbol.rule] === 1 ? 0 : least;
  }

  #item({ symbol, most }: Item, next: Position, least: number): Position {
    if (most === 1) {
      const once = this.#symbol(symbol, next);
      return least === 0 ? this.#split([once, next]) : once;
    }
    if (most === Number.POSITIVE_INFINITY && least <= 1) return this.#loop(symbol, next, least);
    const body = this.#symbol(symbol, this.#return);
    this.#counts = true;
    return { id: this.#id(), op: "repeat", body, least, most, next };
  }

  #loop(symbol: GrammarSymbol, next: Position, least: number): Position {
    const again = { id: this.#id(), op: "split" as const, targets: [] as Position[] };
    const once = this.#symbol(symbol, again);
    again.targets = [once, next];
    return least === 0 ? again : once;
  }

  #symbol(symbol: GrammarSymbol, next: Position): Position {
    if (symbol.kind === "characters") return this.#characters(symbol.ranges, next);
    if (symbol.kind === "rule") return this.#call(symbol.rule, () => this.#rule(symbol.rule), next);
    let start = next;
    for (const byte of symbol.bytes.toReversed())
      start = this.#byte([{ low: byte, high: byte, next: start }]);
    return start;
  }

  /** ASCII stands in its place; the many positions of other sets are shared by all who use them. */
  #characters(ranges: readonly CodeRange[], next: Position): Position {
    if (ranges.every(([, high]) => high <= 0x7f))
      return this.#byte(characterSet(ranges).map(([low, high]) => ({ low, high, next })));
    return this.#call(ranges.join(), () => this.#sequences(toByteSequences(ranges)), next);
  }

  /** Ends that look alike are one position, so that a text's state does not tell them apart. */
  #sequences(all: readonly ByteRange[][]): Position {
    const known = new Map<string, Position>();
    const build = (sequences: readonly ByteRange[][], depth: number): Position => {
      if (sequences[0] !== undefined && depth === sequences[0].length) return this.#return;
      const edges = groupsAt(sequences, depth).map(([range, group]) => ({
        low: range[0],
        high: range[1],
        next: build(group, depth + 1),
      }));
      const key = edges.map((edge) => `${edge.low}-${edge.high}:${edge.next.id}`).join();
      const position = known.get(key) ?? this.#byte(edges);
      known.set(key, position);
      return position;
    };
    return build(all, 0);
  }

  #call(key: number | string, compile: () => Position, next: Position): Position {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { start: this.#return };
      this.#entries.set(key, entry);
      this.#queue.push({ entry, compile });
    }
    return { id: this.#id(), op: "call", rule: entry, next };
  }

  #split(targets: Position[]): Position {
    const [only] = targets;
    if (only !== undefined && targets.length === 1) return only;
    return { id: this.#id(), op: "split", targets };
  }

  #byte(edges: Edge[]): Position {
    for (const { low, high } of edges) this.#bounds[low] = this.#bounds[high + 1] = 1;
    return { id: this.#id(), op: "byte", edges };
  }

  #id(): number {
    if (this.#positions >= maxPositions)
      throw grammarError("The grammar is too big: its rules together match too many things.");
    return this.#positions++;
  }
}

/** Sequences with the same range at `depth`, together; such ones stand side by side. */
function groupsAt(sequences: readonly ByteRange[][], depth: number): [ByteRange, ByteRange[][]][] {
  const groups: [ByteRange, ByteRange[][]][] = [];
  for (const sequence of sequences) {
    const range = sequence[depth];
    if (range === undefined) continue;
    const last = groups.at(-1);
    if (last !== undefined && last[0][0] === range[0] && last[0][1] === range[1])
      last[1].push(sequence);
    else groups.push([range, [sequence]]);
  }
  return groups;
}

function classesOf(bounds: Uint8Array): Pick<Program, "byteClasses" | "classBytes"> {
  const byteClasses = new Uint8Array(256);
  const classBytes = [0];
  for (let byte = 1; byte < 256; byte++) {
    if (bounds[byte] === 1) classBytes.push(byte);
    byteClasses[byte] = classBytes.length - 1;
  }
  return { byteClasses, classBytes };
}
