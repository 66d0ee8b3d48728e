/** @file Reads the smallest pieces of GBNF: space and comments, names, numbers, characters. */

import { type CodeRange, characterSet, complement, lastCodePoint } from "../character-set.ts";
import { grammarError } from "./grammar-rules.ts";

/** Hexadecimal digits behind `\x`, `\u` and `\U`. */
const hexDigits: Record<string, number> = { x: 2, u: 4, U: 8 };
const escapes: Record<string, string> = { t: "\t", r: "\r", n: "\n" };
const escapedAsItself = '\\"[]-';

export class GbnfReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The character that comes next, as one UTF-16 unit; empty at the end. */
  get next(): string {
    return this.#text.charAt(this.#at);
  }

  /** Goes past this text if it comes next. */
  take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  /** @throws {InvalidRequestError} something else comes next. */
  expect(expected: string, where: string): void {
    if (!this.take(expected)) throw this.failure(`expected '${expected}' ${where}`);
  }

  /** Goes past spaces, tabs, comments and, where they do not end a rule, newlines. */
  skipSpace(overNewlines: boolean): void {
    this.#match(overNewlines ? /(?:[ \t\r\n]|#[^\r\n]*)*/y : /(?:[ \t]|#[^\r\n]*)*/y);
  }

  /** A rule's name, or empty if none comes next. llama.cpp knows no `_`; others do. */
  name(): string {
    return this.#match(/[a-zA-Z0-9_-]*/y);
  }

  /** A number of digits, if one comes next. */
  count(): number | undefined {
    const digits = this.#match(/[0-9]*/y);
    return digits === "" ? undefined : Number(digits);
  }

  /** The text of a literal whose opening quote has been taken. */
  literal(): string {
    const codes: string[] = [];
    while (!this.take('"')) codes.push(String.fromCodePoint(this.#character("a closing '\"'")));
    const text = codes.join(""); // two escaped surrogates have become one character here
    if (/\p{Surrogate}/u.test(text))
      throw this.failure("half of a surrogate pair is not a character");
    return text;
  }

  /** The set of a character class whose opening bracket has been taken. */
  characterClass(): readonly CodeRange[] {
    const negated = this.take("^");
    const ranges: CodeRange[] = [];
    while (!this.take("]")) ranges.push(this.#range());
    if (ranges.length === 0) throw this.failure("a character class must not be empty");
    return negated ? complement(characterSet(ranges)) : ranges;
  }

  failure(what: string): Error {
    const line = this.#text.slice(0, this.#at).split("\n").length;
    return grammarError(`The grammar is not valid GBNF: line ${line}: ${what}.`);
  }

  #range(): CodeRange {
    const low = this.#character("a closing ']'");
    if (this.next !== "-" || this.#text.charAt(this.#at + 1) === "]") return [low, low];
    this.#at += 1;
    const high = this.#character("the end of a range");
    if (high < low) throw this.failure("a range of characters must not run backwards");
    return [low, high];
  }

  /** One code point, written as itself or as an escape. */
  #character(missing: string): number {
    if (this.take("\\")) return this.#escaped();
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw this.failure(`expected ${missing}, found the end`);
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #escaped(): number {
    const letter = this.next;
    this.#at += 1;
    const digits = hexDigits[letter];
    if (digits !== undefined) return this.#hex(digits);
    const character = escapes[letter] ?? (escapedAsItself.includes(letter) ? letter : "");
    if (character === "") throw this.failure(`'\\${letter}' is not an escape of GBNF`);
    return character.charCodeAt(0);
  }

  #hex(digits: number): number {
    const text = this.#text.slice(this.#at, this.#at + digits);
    if (text.length < digits || !/^[0-9a-fA-F]+$/.test(text))
      throw this.failure(`expected ${digits} hexadecimal digits`);
    this.#at += digits;
    const code = Number.parseInt(text, 16);
    if (code > lastCodePoint) throw this.failure("no character lies beyond U+10FFFF");
    return code;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}
