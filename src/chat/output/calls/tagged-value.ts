/** @file A value between tags, as JSON: strings as they come, everything else once it is whole. */

import { scanJson } from "../text/json-scanner.ts";
import { inJsonString } from "../text/json-text.ts";
import { pythonJson } from "../text/python-literal.ts";
import type { Reading, TextInput } from "../text/text-input.ts";
import type { CallReading } from "./call-syntax.ts";
import { isText, mayBeText, type Schema, typeOf, typesOf } from "./parameter-schema.ts";

type Value = { schema: Schema | undefined; close: string };

/** Reads up to and with `close`, or to the end of the text. */
export function* readTaggedValue(
  form: { padded?: boolean; cdata?: boolean },
  { input, output }: CallReading,
  { schema, close }: Value,
): Reading<undefined> {
  const quoted = form.cdata === true && (yield* input.takes("<![CDATA["));
  if (form.padded) yield* input.takes("\n");
  const end = quoted ? `]]>${close}` : close;
  if (quoted || (schema !== undefined && isText(schema))) {
    output.passArguments('"');
    yield* readText(input, form.padded ? [`\n${end}`, end] : [end], (text) =>
      output.passArguments(inJsonString(text)),
    );
    output.passArguments('"');
    return;
  }
  const json = yield* readWholeJson(input, { schema, close });
  output.passArguments(json ?? toJson(yield* readWhole(input, form, end), schema));
}

function* readText(
  input: TextInput,
  ends: readonly string[],
  pass: (text: string) => void,
): Reading<undefined> {
  const found = yield* input.until(ends, pass);
  input.at += found?.length ?? 0;
}

/** A value that is JSON, which may have `close` in its strings; null, and nothing read, if it is none. */
function* readWholeJson(input: TextInput, { schema, close }: Value): Reading<string | null> {
  if (schema !== undefined && mayBeText(schema)) return null;
  const begin = input.at;
  let json = "";
  const isJson = yield* scanJson(input, (part) => {
    json += part;
  });
  if (isJson) yield* input.space();
  if (isJson && (yield* input.takes(close))) return json;
  input.at = begin;
  return null;
}

function* readWhole(input: TextInput, form: { padded?: boolean }, end: string): Reading<string> {
  let whole = "";
  yield* readText(input, form.padded ? [`\n${end}`, end] : [end], (text) => {
    whole += text;
  });
  return whole;
}

/** What a text stands for; a text where nothing else fits. */
function toJson(text: string, schema: Schema | undefined): string {
  const json = parsed(text) ?? parsed(pythonJson(text) ?? "");
  if (json === undefined) return JSON.stringify(text);
  if (schema === undefined || !mayBeText(schema)) return json.text;
  const types = typesOf(schema);
  const type = typeOf(json.value);
  const fits = types.has(type) || (type === "number" && types.has("integer"));
  return fits && type !== "string" ? json.text : JSON.stringify(text);
}

function parsed(text: string): { text: string; value: unknown } | undefined {
  try {
    return { text: text.trim(), value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
