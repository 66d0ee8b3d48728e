/** @file Finds what a model's answers look like in its chat template. */

import { callLines } from "../written-call.ts";
import { callGrammar, willingGrammar, withThought } from "./answer-grammar.ts";
import { answerReader } from "./answer-reader.ts";
import { jsonCalls } from "./calls/json-calls.ts";
import type { CallFormat } from "./formats/call-format.ts";
import { callFormats } from "./formats/call-formats.ts";
import { type ThoughtFormat, thoughtFormats } from "./formats/thoughts.ts";
import type { OutputFormat } from "./output-format.ts";
import { tokenSpellings } from "./token-spellings.ts";

/** Where a template shows no calls, they are asked for and read as plain JSON. */
const anyCalls: CallFormat = {
  name: "JSON",
  syntax: jsonCalls({ open: "", grouped: "lines", inText: true }),
  shownBy: [],
};

/** @param template the model's own Jinja template; null where it has none. */
export function outputFormat(template: string | null): OutputFormat {
  const shown = shownBy(template ?? "", callFormats);
  const calls = shown ?? anyCalls;
  const thought = shownBy(template ?? "", thoughtFormats);
  return {
    toolFormat: shown?.name ?? null,
    reasoningFormat: thought?.name ?? null,
    visible: visibleTokens(calls, thought),
    thought: thought === null ? null : { open: thought.open, close: thought.close },
    writeCalls: calls.syntax.write ?? callLines,
    reader: (options) => answerReader({ calls, thought }, options),
    callGrammar: (required) => callGrammar({ calls, thought }, required),
    willingGrammar: (allowed) => willingGrammar({ calls, thought }, allowed),
    withThought: (grammar, promptEnd) => withThought(thought, grammar, promptEnd),
  };
}

function shownBy<T extends { shownBy: readonly (string | RegExp)[] }>(
  template: string,
  formats: readonly T[],
): T | null {
  const shows = (sign: string | RegExp) =>
    typeof sign === "string" ? template.includes(sign) : sign.test(template);
  return formats.find((format) => format.shownBy.every(shows)) ?? null;
}

/** The marks, and all that looks like a token in what is written beside them. */
function visibleTokens(
  { syntax, frames = [], lead = "", trail = "" }: CallFormat,
  thought: ThoughtFormat | null,
): string[] {
  const thoughts = thought === null ? [] : [thought.open, thought.close];
  const marks = [...syntax.opens, ...syntax.marks, ...frames, ...thoughts];
  const beside = [lead, trail, thought?.answerOpen ?? ""];
  const whole = marks
    .map((mark) => mark.trim())
    .filter((mark) => /^[<[｜\]].*[>\]｜[]$/.test(mark));
  return [...new Set([...whole, ...tokenSpellings([...marks, ...beside])])];
}
