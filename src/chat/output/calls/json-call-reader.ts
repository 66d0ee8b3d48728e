/** @file One call as a JSON object: its name first of all, its arguments as they come. */

import { readJson, scanJson } from "../text/json-scanner.ts";
import type { Reading } from "../text/text-input.ts";
import type { CallReading } from "./call-syntax.ts";

export type ObjectShape = {
  /** Nothing but the JSON itself says that it is a call: it must have a name and arguments. */
  bare: boolean;
  ignored: readonly string[];
};

const nameKeys = ["name", "tool_name", "function", "tool", "function_name"];
const argumentKeys = ["arguments", "parameters", "args", "params", "input"];

/** What bare JSON may have in it to be a call: anything else tells at once that it is none. */
const callKeys = [...nameKeys, ...argumentKeys, "id", "type"];

/** Reads `{"name": …, "arguments": …}`, whatever the order and whatever else is in it. */
export function* readCallObject(reading: CallReading, shape: ObjectShape): Reading<boolean> {
  const { input, output } = reading;
  const call = new PartialCall(reading, shape);
  if (!(yield* input.takes("{"))) return false;
  for (;;) {
    yield* input.space();
    if (yield* input.takes("}")) return call.end();
    const key = yield* readKey(input);
    if (key === undefined || (shape.bare && !callKeys.includes(key))) return false;
    if (argumentKeys.includes(key)) {
      if (!(yield* readArguments(reading, call))) return false;
    } else {
      const value = yield* readJson(input);
      if (value === undefined) return false;
      if (nameKeys.includes(key) && typeof value === "string") call.named(value);
      if (key === "id" && typeof value === "string" && !output.inCall) call.id = value;
    }
    yield* input.space();
    if (!(yield* input.takes(",")) && (yield* input.peek()) !== "}") return false;
  }
}

/** Reads `{"name": {…}}`. */
export function* readKeyedCall(reading: CallReading, shape: ObjectShape): Reading<boolean> {
  const { input } = reading;
  const call = new PartialCall(reading, shape);
  if (!(yield* input.takes("{"))) return false;
  yield* input.space();
  const name = yield* readKey(input);
  if (name === undefined) return false;
  call.named(name);
  if (!(yield* readArguments(reading, call))) return false;
  yield* input.space();
  return (yield* input.takes("}")) && call.end();
}

/** A call that is told as soon as its name is known and its arguments have begun. */
class PartialCall {
  readonly #reading: CallReading;
  readonly #shape: ObjectShape;
  #name: string | undefined;
  #waiting = "";
  #hasArguments = false;
  id: string | undefined;

  constructor(reading: CallReading, shape: ObjectShape) {
    this.#reading = reading;
    this.#shape = shape;
  }

  named(name: string): void {
    this.#name ??= name;
    if (this.#hasArguments) this.#start();
  }

  pass(text: string): void {
    if (!this.#hasArguments) {
      this.#hasArguments = true;
      if (this.#name !== undefined) this.#start();
    }
    if (this.#reading.output.inCall) this.#reading.output.passArguments(text);
    else this.#waiting += text;
  }

  end(): boolean {
    const { output, tools } = this.#reading;
    if (this.#name === undefined) return false;
    if (this.#shape.ignored.includes(this.#name)) return true;
    const offered = tools.some((tool) => tool.function.name === this.#name);
    if (!this.#hasArguments && this.#shape.bare && !offered) return false;
    if (!this.#hasArguments) this.pass("{}");
    output.inCall = false;
    return true;
  }

  #start(): void {
    const { output } = this.#reading;
    if (output.inCall || this.#name === undefined) return;
    if (this.#shape.ignored.includes(this.#name)) return;
    output.startCall(this.#name, this.id);
    output.passArguments(this.#waiting);
  }
}

function* readKey(input: CallReading["input"]): Reading<string | undefined> {
  if ((yield* input.peek()) !== '"') return undefined;
  const key = yield* readJson(input);
  yield* input.space();
  if (!(yield* input.takes(":"))) return undefined;
  yield* input.space();
  return typeof key === "string" ? key : undefined;
}

/** Reads an object; or one written as a string; or null, which is an empty one. */
function* readArguments({ input }: CallReading, call: PartialCall): Reading<boolean> {
  if ((yield* input.peek()) === "{") return yield* scanJson(input, (part) => call.pass(part));
  const value = yield* readJson(input);
  const text = value === null || value === "" ? "{}" : value;
  if (typeof text !== "string" || !isObject(text)) return false;
  call.pass(text);
  return true;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
