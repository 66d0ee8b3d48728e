/** @file What Llama 3 writes behind `<|python_tag|>`: JSON, `name.call(key="value")`, or Python code. */

import { inJsonString } from "../text/json-text.ts";
import type { Reading } from "../text/text-input.ts";
import type { CallReading, CallSyntax } from "./call-syntax.ts";
import { readCallObject } from "./json-call-reader.ts";
import { readKeywords } from "./python-calls.ts";

const open = "<|python_tag|>";

/** Tools that take code, by the names in use; such code is the argument `code`. */
const codeTools = ["python", "ipython", "code_interpreter"];

/** Another syntax, and this one beside it, which is read and never asked for. */
export function withBuiltins(syntax: CallSyntax): CallSyntax {
  return {
    ...syntax,
    opens: [...syntax.opens, open],
    *read(reading) {
      const isBuiltin = yield* reading.input.takes(open);
      return isBuiltin ? yield* readBuiltin(reading) : yield* syntax.read(reading);
    },
  };
}

function* readBuiltin(reading: CallReading): Reading<boolean> {
  const { input } = reading;
  const begin = input.at;
  yield* input.space();
  if ((yield* input.peek()) === "{") return yield* readObjects(reading);
  const name = yield* input.run(/\w/);
  if (name !== "" && (yield* input.takes(".call("))) return yield* readKeywords(reading, name);
  input.at = begin;
  return yield* readCode(reading);
}

function* readObjects(reading: CallReading): Reading<boolean> {
  const { input } = reading;
  while ((yield* input.peek()) === "{") {
    if (!(yield* readCallObject(reading, { bare: false, ignored: [] }))) return false;
    reading.from = input.at;
    yield* input.run(/[\s;,]/);
  }
  return true;
}

/** All that follows, for the tool that takes code; false where none is offered. */
function* readCode({ input, output, tools }: CallReading): Reading<boolean> {
  const tool = tools.find((each) => codeTools.includes(each.function.name));
  if (tool === undefined) return false;
  output.startCall(tool.function.name);
  output.passArguments('{"code": "');
  yield* input.until([], (text) => output.passArguments(inJsonString(text)));
  output.passArguments('"}');
  output.inCall = false;
  return true;
}
