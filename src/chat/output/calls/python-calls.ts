/** @file Calls as Python writes them: `[name(city='Oslo', days=3)]` (LFM2). */
import { type GrammarBuilder, literal } from "../../../grammar/grammar-builder.ts";
import { addJsonValue, addSchema } from "../../../grammar/schema/json-schema.ts";
import type { Tool } from "../../../protocol/openai.ts";
import { callObject, type WrittenCall } from "../../written-call.ts";
import { scanPython } from "../text/python-literal.ts";
import type { Reading } from "../text/text-input.ts";
import {
  type CallReading,
  type CallSyntax,
  parametersOf,
  repeated,
  spacing,
} from "./call-syntax.ts";
import { readCallObject } from "./json-call-reader.ts";
import {
  anyName,
  asSchema,
  isText,
  partSchema,
  resolvedSchema,
  type Schema,
  takesAny,
} from "./parameter-schema.ts";
import { commaList } from "./schema-rules.ts";

export type PythonCalls = { open: string; close: string };

export function pythonCalls({ open, close }: PythonCalls): CallSyntax {
  return {
    opens: [open],
    marks: [close],
    *read(reading) {
      const { input } = reading;
      yield* input.takes(open);
      yield* input.space();
      const listed = yield* input.takes("[");
      for (;;) {
        yield* input.space();
        if (!(yield* readCall(reading))) return false;
        reading.from = input.at;
        yield* input.space();
        if (!(yield* input.takes(","))) break;
      }
      if (listed) yield* input.takes("]");
      yield* input.space();
      yield* input.takes(close);
      return true;
    },
    write: (calls) => `${open}[${calls.map(writtenCall).join(", ")}]${close}`,
    grammar(builder, calls) {
      const space = spacing(builder);
      const call = calls.tools.map((tool) => pythonCall(builder, tool)).join(" | ");
      const list = repeated(builder.rule("call", call), `"," ${space}`, calls);
      return `${literal(open)} "[" ${list} "]" ${literal(close)}`;
    },
  };
}

/** Values as JSON, which the reader takes too; arguments that are no object as the older models write them. */
function writtenCall(call: WrittenCall): string {
  const { name, arguments: given } = call;
  if (typeof given !== "object" || given === null) return callObject(call);
  const keywords = Object.entries(given).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${name}(${keywords.join(", ")})`;
}

/** Names of tools may have dots and dashes in them, unlike Python's. */
const nameLetter = /[^\s()[\]{}=,'"]/;

/** Reads `name(key=value, …)`, or the call as a JSON object, which the older ones write. */
function* readCall(reading: CallReading): Reading<boolean> {
  const { input } = reading;
  if ((yield* input.peek()) === "{")
    return yield* readCallObject(reading, { bare: false, ignored: [] });
  const name = yield* input.run(nameLetter);
  if (name === "" || !(yield* input.takes("("))) return false;
  return yield* readKeywords(reading, name);
}

/** Reads the arguments of a call, behind its bracket. */
export function* readKeywords({ input, output }: CallReading, name: string): Reading<boolean> {
  output.startCall(name);
  output.passArguments("{");
  for (let count = 0; ; count++) {
    yield* input.space();
    if (yield* input.takes(")")) break;
    const key = yield* input.run(nameLetter);
    if (key === "" || !(yield* input.takes("="))) return false;
    output.passArguments(`${count > 0 ? ", " : ""}${JSON.stringify(key)}: `);
    if (!(yield* scanPython(input, (part) => output.passArguments(part)))) return false;
    yield* input.space();
    if (!(yield* input.takes(",")) && (yield* input.peek()) !== ")") return false;
  }
  output.passArguments("}");
  output.inCall = false;
  return true;
}

function pythonCall(builder: GrammarBuilder, tool: Tool): string {
  const root = parametersOf(tool);
  const { properties = {}, required = [] } = root as { properties?: Schema; required?: string[] };
  const keywords = Object.entries(properties).map(([key, value]) => ({
    needed: required.includes(key),
    rule: builder.rule("keyword", `${literal(`${key}=`)} ${pythonValue(builder, value, root)}`),
  }));
  const keywordList = takesAny(tool)
    ? anyKeywords(builder)
    : commaList(builder, keywords, `"," " "?`);
  return builder.rule("call-python", `${literal(`${tool.function.name}(`)} ${keywordList} ")"`);
}

function anyKeywords(builder: GrammarBuilder): string {
  const value = `(${addPythonString(builder)} | ${addJsonValue(builder)})`;
  const keyword = builder.rule("any-keyword", `${anyName} "=" ${value}`);
  return `(${keyword} ("," " "? ${keyword})*)?`;
}

function addPythonString(builder: GrammarBuilder): string {
  return builder.rule("python-string", String.raw`"'" ([^'\\] | "\\" [^\n])* "'"`);
}

function pythonValue(builder: GrammarBuilder, value: unknown, root: Schema): string {
  const schema = resolvedSchema(asSchema(value) ?? {}, root);
  const { enum: choices } = schema as { enum?: unknown[] };
  const json = addSchema(builder, partSchema(schema, root), { param: "tools" });
  if (isText(schema)) {
    const quoted = choices
      ?.filter((choice) => !/['\\\n]/.test(String(choice)))
      .map((choice) => literal(`'${String(choice)}'`));
    return `(${[...(quoted ?? [addPythonString(builder)]), json].join(" | ")})`;
  }
  return schema.type === "boolean" ? `(${json} | "True" | "False")` : json;
}
