/** @file A value between tags, as JSON: strings as they come, everything else once it is whole. */

import type { CallReading } from "./call-syntax.ts";
import { inJsonString } from "./json-text.ts";
import { isText, type Schema, typeOf, typesOf } from "./parameter-schema.ts";
import { pythonJson } from "./python-literal.ts";
import type { Reading } from "./text-input.ts";

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
  const streams = quoted || (schema !== undefined && isText(schema));
  let whole = "";
  const pass = (text: string) => {
    if (streams) output.passArguments(inJsonString(text));
    else whole += text;
  };
  if (streams) output.passArguments('"');
  const marks = form.padded ? [`\n${end}`, end] : [end];
  const found = yield* input.until(marks, pass);
  input.at += found?.length ?? 0;
  output.passArguments(streams ? '"' : toJson(whole, schema));
}

/** What a text stands for; a text where nothing else fits. */
export function toJson(text: string, schema: Schema | undefined): string {
  const json = parsed(text) ?? parsed(pythonJson(text) ?? "");
  if (json === undefined) return JSON.stringify(text);
  const types = schema === undefined ? undefined : typesOf(schema);
  const type = typeOf(json.value);
  const fits =
    types === undefined || types.has(type) || (type === "number" && types.has("integer"));
  if (type === "string" && types?.has("string")) return JSON.stringify(text);
  return fits || !types?.has("string") ? json.text : JSON.stringify(text);
}

function parsed(text: string): { text: string; value: unknown } | undefined {
  try {
    return { text: text.trim(), value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
