/** @file Calls with nested tags, objects and arrays spelt out in tags too (MiniMax M3). */

import { type GrammarBuilder, literal } from "../../../grammar/grammar-builder.ts";
import { addSchema } from "../../../grammar/schema/json-schema.ts";
import type { Tool } from "../../../protocol/openai.ts";
import type { Reading } from "../text/text-input.ts";
import {
  type CallReading,
  type CallSyntax,
  parametersOf,
  repeated,
  spacing,
} from "./call-syntax.ts";
import {
  anyName,
  asSchema,
  mayBeText,
  partSchema,
  resolvedSchema,
  type Schema,
  takesAny,
} from "./parameter-schema.ts";
import { SchemaRules } from "./schema-rules.ts";
import { readTaggedValue } from "./tagged-value.ts";
import { grouped, wrapped } from "./wrapped-calls.ts";

/** Stands before each tag, so that no text can be taken for one. */
const mark = "]<]minimax[>[";
const wrap = { open: `${mark}<tool_call>`, close: `${mark}</tool_call>` };
const [open, close] = [`${mark}<invoke name="`, `${mark}</invoke>`];

export const nestedCalls: CallSyntax = {
  opens: [open, wrap.open],
  marks: [mark, "<tool_call>", "</tool_call>"],
  read: (reading) => grouped({ opens: [open], wrap, reading, one: () => readCall(reading) }),
  grammar(builder, calls) {
    const space = spacing(builder);
    const call = calls.tools.map((tool) => callGrammar(builder, tool)).join(" | ");
    return wrapped(wrap, space, repeated(builder.rule("call", call), space, calls));
  },
};

const maxDepth = 100;

function* readCall(reading: CallReading): Reading<boolean> {
  const { input, output, tools } = reading;
  const name = yield* input.before('">');
  if (name === null) return false;
  const root = parametersOf(tools.find((tool) => tool.function.name === name));
  output.startCall(name);
  if (!(yield* readChildren(reading, { schema: root, root, close, depth: 0 }))) return false;
  output.inCall = false;
  return true;
}

type Element = { schema: Schema; root: Schema; close: string; depth: number };

/** Reads the members of an object, or the items of an array, up to and with `close`. */
function* readChildren({ input, output }: CallReading, element: Element): Reading<boolean> {
  const { root, close: end, depth } = element;
  if (depth > maxDepth) return false;
  const schema = resolvedSchema(element.schema, root);
  let isArray = schema.type === "array";
  for (let count = 0; ; count++) {
    yield* input.space();
    const ends = yield* input.takes(end);
    const tag = ends ? null : yield* readTag(input);
    if (count === 0) isArray ||= tag === "item" && asSchema(schema.properties)?.item === undefined;
    if (count === 0) output.passArguments(isArray ? "[" : "{");
    if (tag === null) {
      output.passArguments(isArray ? "]" : "}");
      return ends;
    }
    const key = isArray ? "" : `${JSON.stringify(tag)}: `;
    output.passArguments(`${count > 0 ? ", " : ""}${key}`);
    const given = isArray ? schema.items : asSchema(schema.properties)?.[tag];
    const child = {
      schema: asSchema(given) ?? {},
      root,
      close: `${mark}</${tag}>`,
      depth: depth + 1,
    };
    if (!(yield* readValue({ input, output, tools: [], from: 0 }, child))) return false;
  }
}

function* readTag(input: CallReading["input"]): Reading<string | null> {
  if (!(yield* input.takes(`${mark}<`))) return null;
  return yield* input.before(">", 200);
}

function* readValue(reading: CallReading, element: Element): Reading<boolean> {
  const { input } = reading;
  const schema = resolvedSchema(element.schema, element.root);
  const isNested = schema.type === "object" || schema.type === "array";
  const begin = input.at;
  yield* input.space();
  const hasTags = (yield* input.sees(`${mark}<`)) && !(yield* input.sees(`${mark}</`));
  if (isNested || (hasTags && !mayBeText(schema))) return yield* readChildren(reading, element);
  input.at = begin;
  yield* readTaggedValue({}, reading, { schema, close: element.close });
  return true;
}

function callGrammar(builder: GrammarBuilder, tool: Tool): string {
  const root = parametersOf(tool);
  const members = takesAny(tool)
    ? `(${builder.rule("any-element", anyElement(builder))})*`
    : membersGrammar(new SchemaRules(builder, root), root);
  const head = literal(`${open}${tool.function.name}">`);
  return builder.rule("call-nested", `${head} ${members} ${literal(close)}`);
}

/** Its end may bear another name than its beginning, and is read as text then. */
function anyElement(builder: GrammarBuilder): string {
  return `${literal(`${mark}<`)} ${anyName} ">" ${builder.until(mark)} "</" ${anyName} ">"`;
}

function membersGrammar(rules: SchemaRules, schema: Schema): string {
  const { properties = {}, required = [] } = schema as { properties?: Schema; required?: string[] };
  const members = Object.entries(properties).map(([key, value]) => {
    const rule = rules.builder.rule("element", elementGrammar(rules, key, value));
    return required.includes(key) ? rule : `(${rule})?`;
  });
  return members.length === 0 ? '""' : members.join(" ");
}

function elementGrammar(rules: SchemaRules, tag: string, value: unknown): string {
  const schema = resolvedSchema(asSchema(value) ?? {}, rules.root);
  const head = literal(`${mark}<${tag}>`);
  // A text goes on to the next mark, which then must be that of its own end.
  if (mayBeText(schema) && schema.enum === undefined)
    return `${head} ${rules.builder.until(mark)} ${literal(`</${tag}>`)}`;
  return `${head} ${valueGrammar(rules, schema)} ${literal(`${mark}</${tag}>`)}`;
}

function valueGrammar(rules: SchemaRules, schema: Schema): string {
  const { enum: choices } = schema as { enum?: unknown[] };
  const asText = (choice: unknown) =>
    literal(typeof choice === "string" ? choice : JSON.stringify(choice));
  if (choices !== undefined) return `(${choices.map(asText).join(" | ")})`;
  if (schema.type === "object")
    return rules.ruleOf("elements", schema, () => membersGrammar(rules, schema));
  if (schema.type === "array")
    return rules.ruleOf("items", schema, () => `(${elementGrammar(rules, "item", schema.items)})*`);
  return addSchema(rules.builder, partSchema(schema, rules.root), { param: "tools" });
}
