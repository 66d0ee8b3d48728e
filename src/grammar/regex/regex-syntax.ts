/**
 * @file Reads a regular expression of JavaScript's kind as a tree, as far as a grammar can say it.
 *
 * Not in it, and refused in a sentence: lookaround, backreferences, word boundaries, flags.
 */
import {
  type CharacterSet,
  characterSet,
  charactersOf,
  codePoint,
  complement,
} from "../character-set.ts";

export type Regex =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Regex[] }
  | { readonly kind: "repeat"; readonly body: Regex; readonly min: number; readonly max: number }
  | { readonly kind: "start" | "end" };

/** Makes the error for a reason such as "uses a lookahead". */
export type Refuse = (reason: string) => Error;

const mostCharacters = 2_000;
const mostNesting = 50;
const mostRepetitions = 2_000;

/** @throws what `refuse` makes, for what is no regular expression or more than a grammar can say. */
export function parseRegex(pattern: string, refuse: Refuse): Regex {
  if (pattern.length > mostCharacters) throw refuse(`is longer than ${mostCharacters} characters`);
  return new RegexReader([...pattern], refuse).whole();
}

class RegexReader {
  readonly #text: readonly string[];
  readonly #refuse: Refuse;
  #at = 0;
  #depth = 0;

  constructor(text: readonly string[], refuse: Refuse) {
    this.#text = text;
    this.#refuse = refuse;
  }

  whole(): Regex {
    const regex = this.#choice();
    if (this.#at < this.#text.length) throw this.#refuse("closes a group that is not open");
    return regex;
  }

  #choice(): Regex {
    const parts = [this.#sequence()];
    while (this.#take("|")) parts.push(this.#sequence());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "choice", parts };
  }

  #sequence(): Regex {
    const parts: Regex[] = [];
    for (let next = this.#peek(); next !== undefined && next !== "|" && next !== ")"; ) {
      parts.push(this.#repeated(this.#atom()));
      next = this.#peek();
    }
    return { kind: "sequence", parts };
  }

  #atom(): Regex {
    const character = this.#next();
    if (character === "(") return this.#group();
    if (character === "[") return { kind: "set", set: this.#class() };
    if (character === ".")
      return { kind: "set", set: complement(charactersOf("\n\r\u2028\u2029")) };
    if (character === "^") return { kind: "start" };
    if (character === "$") return { kind: "end" };
    if ("*+?".includes(character))
      throw this.#refuse(`has a '${character}' with nothing to repeat`);
    if (character === "\\") return { kind: "set", set: this.#escape(false) };
    return { kind: "set", set: charactersOf(character) };
  }

  #group(): Regex {
    if (++this.#depth > mostNesting) throw this.#refuse(`nests groups deeper than ${mostNesting}`);
    if (this.#take("?")) this.#groupKind();
    const body = this.#choice();
    if (!this.#take(")")) throw this.#refuse("has a group that is not closed");
    this.#depth--;
    return body;
  }

  /** What stands behind `(?`: a plain group or a name, which means nothing to a grammar. */
  #groupKind(): void {
    if (this.#take(":")) return;
    this.#take("P");
    const next = this.#next();
    if (next === "=" || next === "!") throw this.#refuse("uses a lookahead");
    if (next !== "<") throw this.#refuse("sets flags or uses a group of an unknown kind");
    if (this.#peek() === "=" || this.#peek() === "!") throw this.#refuse("uses a lookbehind");
    while (this.#next() !== ">");
  }

  #repeated(body: Regex): Regex {
    const counts = this.#counts();
    if (counts === undefined) return body;
    if (body.kind === "start" || body.kind === "end") throw this.#refuse("repeats an anchor");
    this.#take("?"); // a lazy one allows the same texts
    const again = this.#peek();
    if (again !== undefined && "*+?".includes(again)) throw this.#refuse("repeats a repetition");
    return { kind: "repeat", body, min: counts[0], max: counts[1] };
  }

  #counts(): [number, number] | undefined {
    if (this.#take("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#take("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#take("?")) return [0, 1];
    if (this.#peek() !== "{") return undefined;
    const written = /^\{(\d+)(?:(,)(\d*))?\}/.exec(
      this.#text.slice(this.#at, this.#at + 30).join(""),
    );
    if (written === null) return undefined; // a brace for itself
    this.#at += written[0].length;
    const min = Number(written[1]);
    const max = written[3] ? Number(written[3]) : written[2] ? Number.POSITIVE_INFINITY : min;
    if (max < min) throw this.#refuse("repeats something more often at least than at most");
    if (min > mostRepetitions || (max > mostRepetitions && Number.isFinite(max)))
      throw this.#refuse(`repeats something more than ${mostRepetitions} times`);
    return [min, max];
  }

  #class(): CharacterSet {
    const negated = this.#take("^");
    const ranges: (readonly [number, number])[] = [];
    while (!this.#take("]")) {
      const from = this.#classAtom();
      const ranged = this.#peek() === "-" && this.#text[this.#at + 1] !== "]";
      if (ranged) this.#at++;
      ranges.push(...(ranged ? this.#range(from, this.#classAtom()) : from));
    }
    const set = characterSet(ranges);
    return negated ? complement(set) : set;
  }

  #classAtom(): CharacterSet {
    const character = this.#next();
    return character === "\\" ? this.#escape(true) : charactersOf(character);
  }

  #range(first: CharacterSet, last: CharacterSet): CharacterSet {
    const [from, to] = [single(first), single(last)];
    if (from === undefined || to === undefined)
      throw this.#refuse("has a range whose ends are not characters");
    if (from > to) throw this.#refuse("has a range whose ends are out of order");
    return complement(complement([[from, to]]));
  }

  /** What a backslash and the characters behind it stand for. */
  #escape(inClass: boolean): CharacterSet {
    const letter = this.#next();
    const known = named.get(letter);
    if (known !== undefined) return known;
    if (letter === "x") return this.#hex(2);
    if (letter === "u") return this.#unicode();
    if (letter === "b" && inClass) return charactersOf("\b");
    if (letter === "b" || letter === "B") throw this.#refuse("uses a word boundary");
    if (/[1-9k]/.test(letter)) throw this.#refuse("uses a backreference");
    if (letter === "p" || letter === "P") throw this.#refuse("uses a Unicode property");
    if (/[0-9A-Za-z]/.test(letter)) throw this.#refuse(`uses the unknown escape '\\${letter}'`);
    return charactersOf(letter);
  }

  #unicode(): CharacterSet {
    if (this.#take("{")) return this.#braced();
    const high = this.#hexValue(4);
    if (high < 0xd800 || high > 0xdfff) return [[high, high]];
    if (high > 0xdbff || !(this.#take("\\") && this.#take("u")))
      throw this.#refuse("has half of a surrogate pair");
    const low = this.#hexValue(4);
    if (low < 0xdc00 || low > 0xdfff) throw this.#refuse("has half of a surrogate pair");
    const point = codePoint(String.fromCharCode(high, low));
    return [[point, point]];
  }

  #braced(): CharacterSet {
    let digits = "";
    for (let next = this.#next(); next !== "}"; next = this.#next()) digits += next;
    const point = /^[0-9a-fA-F]{1,6}$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    if (!(point <= 0x10ffff) || (point >= 0xd800 && point <= 0xdfff))
      throw this.#refuse("names a character that does not exist");
    return [[point, point]];
  }

  #hex(count: number): CharacterSet {
    const value = this.#hexValue(count);
    return [[value, value]];
  }

  #hexValue(count: number): number {
    const digits = Array.from({ length: count }, () => this.#next()).join("");
    if (!/^[0-9a-fA-F]+$/.test(digits)) throw this.#refuse("has an escape without its hex digits");
    return Number.parseInt(digits, 16);
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #take(character: string): boolean {
    const taken = this.#peek() === character;
    if (taken) this.#at++;
    return taken;
  }

  #next(): string {
    const character = this.#text[this.#at++];
    if (character === undefined) throw this.#refuse("ends in the middle of something");
    return character;
  }
}

function single(set: CharacterSet): number | undefined {
  const [first] = set;
  return set.length === 1 && first !== undefined && first[0] === first[1] ? first[0] : undefined;
}

const digits = charactersOf("0123456789");
const word = characterSet([...digits, [0x41, 0x5a], [0x61, 0x7a], [0x5f, 0x5f]]);
const space = charactersOf(
  "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff",
);

const named = new Map<string, CharacterSet>([
  ["d", digits],
  ["D", complement(digits)],
  ["w", word],
  ["W", complement(word)],
  ["s", space],
  ["S", complement(space)],
  ["t", charactersOf("\t")],
  ["n", charactersOf("\n")],
  ["r", charactersOf("\r")],
  ["f", charactersOf("\f")],
  ["v", charactersOf("\v")],
  ["0", charactersOf("\0")],
]);
