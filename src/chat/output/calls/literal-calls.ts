/** @file Calls in Gemma 4's own notation: `call:name{city:<|"|>Oslo<|"|>,days:3}`. */

import { type GrammarBuilder, literal } from "../../../grammar/grammar-builder.ts";
import { addJsonValue, addSchema } from "../../../grammar/schema/json-schema.ts";
import type { Tool } from "../../../protocol/openai.ts";
import { scanJson } from "../text/json-scanner.ts";
import { inJsonString } from "../text/json-text.ts";
import type { Reading } from "../text/text-input.ts";
import { type CallReading, type CallSyntax, parametersOf, repeated } from "./call-syntax.ts";
import {
  anyName,
  asSchema,
  isText,
  partSchema,
  resolvedSchema,
  type Schema,
  takesAny,
} from "./parameter-schema.ts";
import { commaList, SchemaRules } from "./schema-rules.ts";
import { grouped } from "./wrapped-calls.ts";

const [open, close, quote] = ["<|tool_call>", "<tool_call|>", '<|"|>'];
const maxDepth = 100;

export const literalCalls: CallSyntax = {
  opens: [open],
  marks: [close, quote, "<|tool_response>"],
  read: (reading) =>
    grouped({ opens: [open], wrap: undefined, reading, one: () => readCall(reading) }),
  grammar(builder, calls) {
    const call = calls.tools.map((tool) => callGrammar(builder, tool)).join(" | ");
    return repeated(builder.rule("call", call), "", calls);
  },
};

function* readCall({ input, output }: CallReading): Reading<boolean> {
  if (!(yield* input.takes("call:"))) return false;
  const name = yield* input.run(/[^\s{]/);
  if (name === "" || (yield* input.peek()) !== "{") return false;
  output.startCall(name);
  if (!(yield* scanValue(input, (part) => output.passArguments(part), 0))) return false;
  output.inCall = false;
  yield* input.takes(close);
  return true;
}

type Pass = (text: string) => void;

function* scanValue(input: CallReading["input"], pass: Pass, depth: number): Reading<boolean> {
  if (yield* input.takes(quote)) return yield* scanText(input, pass);
  const first = yield* input.peek();
  if (first !== "{" && first !== "[") return yield* scanJson(input, pass, maxDepth);
  if (depth === maxDepth) return false;
  input.at++;
  pass(first);
  const end = first === "{" ? "}" : "]";
  for (let count = 0; ; count++) {
    yield* input.space();
    if (yield* input.takes(end)) break;
    if (count > 0) pass(", ");
    if (first === "{" && !(yield* scanKey(input, pass))) return false;
    if (!(yield* scanValue(input, pass, depth + 1))) return false;
    yield* input.space();
    if (!(yield* input.takes(",")) && (yield* input.peek()) !== end) return false;
  }
  pass(end);
  return true;
}

function* scanText(input: CallReading["input"], pass: Pass): Reading<boolean> {
  pass('"');
  const found = yield* input.until([quote], (text) => pass(inJsonString(text)));
  pass('"');
  input.at += found?.length ?? 0;
  return found !== null;
}

function* scanKey(input: CallReading["input"], pass: Pass): Reading<boolean> {
  const quoted = yield* input.takes(quote);
  const key = yield* input.before(quoted ? `${quote}:` : ":");
  if (key === null) return false;
  pass(`${JSON.stringify(key.trim())}: `);
  yield* input.space();
  return true;
}

function callGrammar(builder: GrammarBuilder, tool: Tool): string {
  const root = parametersOf(tool);
  const given = takesAny(tool)
    ? anyObject(builder)
    : valueGrammar(new SchemaRules(builder, root), { type: "object", ...root });
  const head = literal(`${open}call:${tool.function.name}`);
  return builder.rule("call-literal", `${head} ${given} ${literal(close)}`);
}

function anyObject(builder: GrammarBuilder): string {
  const value = `(${literal(quote)} ${builder.until(quote)} | ${addJsonValue(builder)})`;
  const member = builder.rule("any-member", `${anyName} ":" ${value}`);
  return `"{" (${member} ("," ${member})*)? "}"`;
}

/** GBNF of a value; what the notation has no form for is JSON. */
function valueGrammar(rules: SchemaRules, given: Schema): string {
  const { builder, root } = rules;
  const schema = resolvedSchema(given, root);
  const { enum: choices } = schema as { enum?: unknown[] };
  if (isText(schema) && choices !== undefined)
    return `(${choices.map((choice) => literal(`${quote}${String(choice)}${quote}`)).join(" | ")})`;
  if (isText(schema)) return `${literal(quote)} ${builder.until(quote)}`;
  if (asSchema(schema.properties) !== undefined)
    return rules.ruleOf("literal-object", schema, () => objectGrammar(rules, schema));
  if (schema.type === "object") return `"{}"`;
  const item = asSchema(schema.items);
  if (schema.type !== "array" || item === undefined)
    return addSchema(builder, partSchema(schema, root), { param: "tools" });
  return rules.ruleOf("literal-array", schema, () => {
    const each = valueGrammar(rules, item);
    return `"[" (${each} ("," ${each})*)? "]"`;
  });
}

/** The members sorted, as the template writes them. */
function objectGrammar(rules: SchemaRules, schema: Schema): string {
  const { required = [] } = schema as { required?: string[] };
  const properties = asSchema(schema.properties) ?? {};
  const members = Object.keys(properties)
    .sort()
    .map((key) => {
      const value = valueGrammar(rules, asSchema(properties[key]) ?? {});
      const rule = rules.builder.rule("literal-member", `${literal(`${key}:`)} ${value}`);
      return { needed: required.includes(key), rule };
    });
  return `"{" ${commaList(rules.builder, members, '","')} "}"`;
}
