/** @file Python's literals as JSON: what templates write that print an object as Python does. */

import { scanJson } from "./json-scanner.ts";
import { inJsonString } from "./json-text.ts";
import { type Reading, TextInput } from "./text-input.ts";

type Pass = (text: string) => void;

const maxDepth = 100;

/** The JSON of a whole literal; null when it is none. */
export function pythonJson(text: string): string | null {
  const input = new TextInput();
  input.append(text);
  input.end();
  let json = "";
  const reading = scanWhole(input, (part) => {
    json += part;
  });
  return reading.next().value === true ? json : null;
}

function* scanWhole(input: TextInput, pass: Pass): Reading<boolean> {
  yield* input.space();
  if (!(yield* scanPython(input, pass))) return false;
  yield* input.space();
  return (yield* input.peek()) === "";
}

/** Reads one literal and passes it on as JSON; false when it is none. */
export function* scanPython(input: TextInput, pass: Pass, depth = 0): Reading<boolean> {
  const first = yield* input.peek();
  if (first === "'" || first === '"') return yield* scanString(input, pass, first);
  if (first === "{") return depth < maxDepth && (yield* scanItems(input, pass, depth + 1, "}"));
  if (first === "[") return depth < maxDepth && (yield* scanItems(input, pass, depth + 1, "]"));
  if (first === "(") return depth < maxDepth && (yield* scanItems(input, pass, depth + 1, ")"));
  return yield* scanJson(input, pass); // numbers and words
}

function* scanItems(
  input: TextInput,
  pass: Pass,
  depth: number,
  close: "}" | "]" | ")",
): Reading<boolean> {
  const keyed = close === "}";
  input.at++;
  pass(keyed ? "{" : "[");
  for (let count = 0; ; count++) {
    yield* input.space();
    if (yield* input.takes(close)) break;
    if (count > 0) pass(", ");
    if (keyed && !(yield* scanKey(input, pass))) return false;
    if (!(yield* scanPython(input, pass, depth))) return false;
    yield* input.space();
    if (!(yield* input.takes(",")) && (yield* input.peek()) !== close) return false;
  }
  pass(keyed ? "}" : "]");
  return true;
}

function* scanKey(input: TextInput, pass: Pass): Reading<boolean> {
  const quote = yield* input.peek();
  if ((quote !== "'" && quote !== '"') || !(yield* scanString(input, pass, quote))) return false;
  yield* input.space();
  if (!(yield* input.takes(":"))) return false;
  pass(": ");
  yield* input.space();
  return true;
}

/** Escapes that mean another character than themselves; `u` and `x` are read as numbers. */
const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "\n": "" };

function* scanString(input: TextInput, pass: Pass, quote: string): Reading<boolean> {
  input.at++;
  pass('"');
  for (;;) {
    const next = yield* input.peek();
    if (next === "") return false;
    input.at++;
    if (next === quote) break;
    pass(next === "\\" ? yield* scanEscape(input) : inJsonString(next));
  }
  pass('"');
  return true;
}

function* scanEscape(input: TextInput): Reading<string> {
  const letter = yield* input.peek();
  input.at += letter.length;
  const digits = { x: 2, u: 4 }[letter] ?? 0;
  const code = yield* input.peek(digits);
  if (digits > 0 && /^[\da-fA-F]+$/.test(code) && code.length === digits) {
    input.at += digits;
    return `\\u${code.padStart(4, "0")}`;
  }
  const meant = escapes[letter] ?? (/[\\'"/]/.test(letter) ? letter : `\\${letter}`);
  return inJsonString(meant);
}
