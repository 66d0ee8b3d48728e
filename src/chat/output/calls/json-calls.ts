/** @file Calls as JSON objects that hold a name and arguments, one by one or in a list. */
import { type GrammarBuilder, literal } from "../../../grammar/grammar-builder.ts";
import { comma, gap } from "../../../grammar/schema/json-rules.ts";
import type { Tool } from "../../../protocol/openai.ts";
import { callObject, type WrittenCall } from "../../written-call.ts";
import type { Reading } from "../text/text-input.ts";
import {
  type CallReading,
  type CallSyntax,
  type GrammarCalls,
  repeated,
  spacing,
} from "./call-syntax.ts";
import { readCallObject, readKeyedCall } from "./json-call-reader.ts";
import { toolArguments } from "./tool-arguments.ts";

export type JsonCalls = {
  /** Empty where nothing stands before the JSON. */
  open: string;
  /** Other openings that are read, never asked for. */
  alsoOpen?: readonly string[];
  close?: string;
  /** The calls of an answer stand in one list; or each between marks of its own; or behind one another. */
  grouped: "list" | "each" | "lines";
  nameKey?: string;
  argumentsKey?: string;
  /** Each object of a list stands on a line of its own. */
  onLines?: boolean;
  /** The name is the key: `{"name": {…}}`. */
  keyed?: boolean;
  /** GBNF of members before the name, and behind the arguments. */
  before?: string;
  after?: string;
  /** A line of an answer may be a call too, whatever stands before it. */
  inText?: boolean;
  /** One call ends the answer. */
  single?: boolean;
  /** Names that mean: no call. */
  ignored?: readonly string[];
};

export function jsonCalls(form: JsonCalls): CallSyntax {
  const { open, close, alsoOpen = [], nameKey = "name" } = form;
  const opens = [...(open === "" ? [] : [open]), ...alsoOpen];
  return {
    opens: form.inText ? [...opens, `\n{"${nameKey}"`] : opens,
    bare: open === "",
    marks: close === undefined ? [] : [close],
    read: (reading) => readCalls(form, reading),
    write: (calls) => writtenCalls(form, calls),
    grammar: (builder, calls) => callsGrammar(form, builder, calls),
  };
}

function writtenCalls(form: JsonCalls, calls: readonly WrittenCall[]): string {
  const { open, close = "", grouped, nameKey, argumentsKey } = form;
  const objects = calls.map((call) => callObject(call, nameKey, argumentsKey));
  if (grouped === "each") return objects.map((object) => `${open}${object}${close}`).join("\n");
  const all = grouped === "list" ? `[${objects.join(", ")}]` : objects.join("\n");
  return `${open}${all}${close}`;
}

function* readCalls(form: JsonCalls, reading: CallReading): Reading<boolean> {
  const { input } = reading;
  for (const open of [form.open, ...(form.alsoOpen ?? [])])
    if (open !== "" && (yield* input.takes(open))) break;
  yield* input.space();
  const listed = yield* input.takes("[");
  yield* input.space();
  if (listed && (yield* input.takes("]"))) return true;
  const read = form.keyed ? readKeyedCall : readCallObject;
  const shape = { bare: form.open === "", ignored: form.ignored ?? [] };
  do {
    if (!(yield* read(reading, shape))) return false;
    reading.from = input.at;
    yield* input.run(/[\s,;]/);
  } while ((yield* input.peek()) === "{");
  if (listed) yield* input.takes("]");
  if (form.close === undefined) return true;
  yield* input.space();
  yield* input.takes(form.close.trimStart());
  return true;
}

function callsGrammar(form: JsonCalls, builder: GrammarBuilder, given: GrammarCalls): string {
  const calls = { ...given, parallel: given.parallel && !form.single };
  const space = spacing(builder);
  const objects = calls.tools.map((tool) =>
    builder.rule("call", objectGrammar(form, builder, tool)),
  );
  const object = builder.rule("call-object", objects.join(" | "));
  const open = form.open === "" ? "" : `${literal(form.open)} ${space}`;
  const close = form.close === undefined ? "" : `${space} ${literal(form.close)}`;
  if (form.grouped === "list") {
    const line = form.onLines ? '"\\n    "?' : "";
    const list = repeated(object, form.onLines ? `"," (${line} | " ")` : comma, calls);
    return `${open} "[" ${line} ${list} ${form.onLines ? '"\\n"?' : ""} "]" ${close}`;
  }
  if (form.grouped === "lines")
    return `${open} ${repeated(object, String.raw`"\n"`, calls)} ${close}`;
  return repeated(`${open} ${object} ${close}`, space, calls);
}

function objectGrammar(form: JsonCalls, builder: GrammarBuilder, tool: Tool): string {
  const given = toolArguments(builder, tool);
  const { name } = tool.function;
  const key = (text: string) => `${literal(`${JSON.stringify(text)}:`)} ${gap}`;
  if (form.keyed) return `"{" ${key(name)} ${given} "}"`;
  const members = [
    ...(form.before === undefined ? [] : [form.before]),
    `${key(form.nameKey ?? "name")} ${literal(JSON.stringify(name))}`,
    `${key(form.argumentsKey ?? "arguments")} ${given}`,
  ].join(` ${comma} `);
  return `"{" ${members} ${form.after ?? ""} "}"`;
}
