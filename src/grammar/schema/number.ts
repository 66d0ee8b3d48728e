/** @file Numbers of a schema: bounds and, for what is whole, steps. */
import { literal } from "../grammar-builder.ts";
import { integerRange, integersWithin, type NumberBounds, numbersWithin } from "./number-range.ts";
import type { Part, SchemaSource } from "./source.ts";

const mostMultiples = 1_000;

/** The body of a rule for the numbers that all parts allow; undefined where there is none. */
export function numberBody(
  source: SchemaSource,
  parts: readonly Part[],
  isWhole: boolean,
): string | undefined {
  const bounds = numberBounds(source, parts);
  const steps = parts.flatMap((part) => source.number(part, "multipleOf") ?? []);
  const place = parts.find(({ schema }) => schema.multipleOf !== undefined)?.path ?? "";
  if (bounds.minimum > Number.MAX_SAFE_INTEGER || bounds.maximum < -Number.MAX_SAFE_INTEGER)
    throw source.refuse(place, "asks for numbers beyond ±2^53");
  if (steps.length === 0) return isWhole ? integersWithin(bounds) : numbersWithin(bounds);
  if (steps.every((step) => step === 1)) return integersWithin(bounds);
  return multiples(steps, bounds, () =>
    source.refuse(
      place,
      "uses 'multipleOf' other than 1 without whole bounds near each other, which a grammar cannot express",
    ),
  );
}

/** The strictest bounds of all parts. */
export function numberBounds(source: SchemaSource, parts: readonly Part[]): NumberBounds {
  const values = (keyword: keyof NumberBounds) =>
    parts.flatMap((part) => source.number(part, keyword) ?? []);
  const isInt32 = parts.some(({ schema }) => schema.format === "int32");
  return {
    minimum: Math.max(...values("minimum"), isInt32 ? -(2 ** 31) : Number.NEGATIVE_INFINITY),
    maximum: Math.min(...values("maximum"), isInt32 ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY),
    exclusiveMinimum: Math.max(...values("exclusiveMinimum"), Number.NEGATIVE_INFINITY),
    exclusiveMaximum: Math.min(...values("exclusiveMaximum"), Number.POSITIVE_INFINITY),
  };
}

/** Each multiple by itself, where they are whole and few. */
function multiples(
  steps: readonly number[],
  bounds: NumberBounds,
  refusal: () => Error,
): string | undefined {
  if (!steps.every((step) => Number.isInteger(step) && step > 0)) throw refusal();
  const step = steps.map(BigInt).reduce(leastCommonMultiple);
  const { low, high } = integerRange(bounds);
  if (high < low) return undefined;
  const first = low >= 0n ? (low + step - 1n) / step : low / step;
  const last = high >= 0n ? high / step : (high - step + 1n) / step;
  if (last - first >= BigInt(mostMultiples)) throw refusal();
  const values: string[] = [];
  for (let count = first; count <= last; count++) values.push(literal(`${count * step}`));
  return values.join(" | ") || undefined;
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y > 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}
