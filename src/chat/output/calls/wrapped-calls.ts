/** @file Calls one behind another, each with an opening of its own, perhaps with marks around all of them. */
import { literal } from "../../../grammar/grammar-builder.ts";
import type { Reading } from "../text/text-input.ts";
import type { CallReading } from "./call-syntax.ts";

export type Wrap = { open: string; close: string };

type Group = {
  opens: readonly string[];
  wrap: Wrap | undefined;
  reading: CallReading;
  /** Reads what stands behind an opening. */
  one: () => Reading<boolean>;
};

export function wrapMarks(wrap: Wrap | undefined): string[] {
  return wrap === undefined ? [] : [wrap.open, wrap.close];
}

/** Reads as many calls as there are; false when there is none, or the last is none. */
export function* grouped({ opens, wrap, reading, one }: Group): Reading<boolean> {
  const { input } = reading;
  const isWrapped = wrap !== undefined && (yield* input.takes(wrap.open));
  for (let count = 0; ; count++) {
    const behind = input.at;
    const atOnce = yield* takesAny(reading, opens); // an opening may begin with a space
    const start = atOnce ? behind : behind + (yield* input.space()).length;
    if (count > 0 && isWrapped && (yield* input.takes(wrap.close))) return true;
    if (count > 0) reading.from = start;
    if (!atOnce && !(yield* takesAny(reading, opens))) {
      input.at = behind;
      return count > 0;
    }
    if (!(yield* one())) return false;
  }
}

function* takesAny({ input }: CallReading, literals: readonly string[]): Reading<boolean> {
  for (const each of literals) if (yield* input.takes(each)) return true;
  return false;
}

/** GBNF of calls between their marks. */
export function wrapped(wrap: Wrap | undefined, space: string, calls: string): string {
  if (wrap === undefined) return calls;
  return `${literal(wrap.open)} ${space} ${calls} ${space} ${literal(wrap.close)}`;
}
