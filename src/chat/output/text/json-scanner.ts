/** @file JSON read as it is written: each part is passed on at once, and only as valid JSON. */
import { inJsonString } from "./json-text.ts";
import type { Reading, TextInput } from "./text-input.ts";

type Pass = (text: string) => void;

const maxDepth = 100;
const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;
/** Words of JSON, and Python's for the same. */
const words: Record<string, string> = {
  true: "true",
  false: "false",
  null: "null",
  True: "true",
  False: "false",
  None: "null",
};

/** Reads one value; false when it is not one, or not whole. */
export function* scanJson(input: TextInput, pass: Pass, depth = 0): Reading<boolean> {
  const first = yield* input.peek();
  if (first === '"') return yield* scanString(input, pass);
  if (depth < maxDepth && first === "{") return yield* scanMembers(input, pass, depth + 1, true);
  if (depth < maxDepth && first === "[") return yield* scanMembers(input, pass, depth + 1, false);
  const begin = input.at;
  const word = yield* input.run(/[-+.\w]/);
  const told = number.test(word) ? word : words[word];
  if (told === undefined) {
    input.at = begin;
    return false;
  }
  pass(told);
  return true;
}

/** Reads one value as a whole; undefined when it is not one. */
export function* readJson(input: TextInput): Reading<unknown> {
  let text = "";
  const whole = yield* scanJson(input, (part) => {
    text += part;
  });
  return whole ? JSON.parse(text) : undefined;
}

function* scanMembers(
  input: TextInput,
  pass: Pass,
  depth: number,
  keyed: boolean,
): Reading<boolean> {
  const close = keyed ? "}" : "]";
  pass(yield* input.peek());
  input.at++;
  pass(yield* input.space());
  if (yield* input.takes(close)) return told(pass, close);
  for (;;) {
    if (keyed && !(yield* scanKey(input, pass))) return false;
    if (!(yield* scanJson(input, pass, depth))) return false;
    pass(yield* input.space());
    if (yield* input.takes(close)) return told(pass, close);
    if (!(yield* input.takes(","))) return false;
    pass(`,${yield* input.space()}`);
  }
}

function* scanKey(input: TextInput, pass: Pass): Reading<boolean> {
  if ((yield* input.peek()) !== '"' || !(yield* scanString(input, pass))) return false;
  pass(yield* input.space());
  if (!(yield* input.takes(":"))) return false;
  pass(`:${yield* input.space()}`);
  return true;
}

/** A string; line breaks and backslashes that JSON does not know come out escaped. */
function* scanString(input: TextInput, pass: Pass): Reading<boolean> {
  input.at++;
  pass('"');
  for (;;) {
    const next = yield* input.peek();
    if (next === "") return false;
    if (next === "\\") pass(yield* scanEscape(input));
    else {
      input.at++;
      pass(next === '"' ? next : inJsonString(next));
    }
    if (next === '"') return true;
  }
}

function* scanEscape(input: TextInput): Reading<string> {
  const two = yield* input.peek(2);
  const whole = two === "\\u" ? yield* input.peek(6) : two;
  const known = /^\\(["\\/bfnrt]|u[\da-fA-F]{4})$/.test(whole);
  input.at += known ? whole.length : 1;
  return known ? whole : "\\\\";
}

function told(pass: Pass, text: string): true {
  pass(text);
  return true;
}
