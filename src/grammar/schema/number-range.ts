/**
 * @file Numbers in a range, digit by digit: what JSON reads never leaves the range.
 *
 * Bounds become whole numbers of the last decimal place we write. At most 15 significant digits are
 * written, since two such decimals are never read as one double: so what holds for the digits holds
 * for the number that JSON.parse makes of them.
 */
import { literal } from "../grammar-builder.ts";

export type NumberBounds = {
  readonly minimum: number;
  readonly maximum: number;
  readonly exclusiveMinimum: number;
  readonly exclusiveMaximum: number;
};

export const unbounded: NumberBounds = {
  minimum: Number.NEGATIVE_INFINITY,
  maximum: Number.POSITIVE_INFINITY,
  exclusiveMinimum: Number.NEGATIVE_INFINITY,
  exclusiveMaximum: Number.POSITIVE_INFINITY,
};

/** Counts of the last decimal place, both included. */
type Range = { readonly low: bigint; readonly high: bigint };

const largestInteger = BigInt(Number.MAX_SAFE_INTEGER);

/** The whole numbers within the bounds as the body of a rule; undefined where there is none. */
export function integersWithin(bounds: NumberBounds): string | undefined {
  return signed(scaledRange(bounds, 0, largestInteger), 0);
}

/** The whole numbers within the bounds, from the least to the greatest. */
export function integerRange(bounds: NumberBounds): Range {
  return scaledRange(bounds, 0, largestInteger);
}

/** The decimals within the bounds as the body of a rule; undefined where there is none. */
export function numbersWithin(bounds: NumberBounds): string | undefined {
  const ends = [
    Math.max(bounds.minimum, bounds.exclusiveMinimum),
    Math.min(bounds.maximum, bounds.exclusiveMaximum),
  ];
  if (!ends.some(Number.isFinite)) return `"-"? ${anyDecimal}`;
  if (ends.every(Number.isFinite)) return withPlaces(bounds, placesFor(ends), 15);
  const parts = [withPlaces(bounds, 6, 9), largeIntegers(bounds)];
  return parts.filter((part) => part !== undefined).join(" | ") || undefined;
}

/** Finite as a double, whatever the digits. */
const anyDecimal = `("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?`;

/** Decimal places that keep the digits within 15. */
function placesFor(ends: readonly number[]): number {
  const largest = Math.max(...ends.map((end) => Math.abs(end)));
  const wholeDigits = scaled(Math.min(largest, 1e16), 0).floor.toString().length;
  return Math.max(0, 15 - wholeDigits);
}

function withPlaces(bounds: NumberBounds, places: number, wholeDigits: number): string | undefined {
  const limit = 10n ** BigInt(Math.min(wholeDigits + places, 15)) - 1n;
  return signed(scaledRange(bounds, places, limit), places);
}

/** Whole numbers of 10 to 15 digits, where a side is open: they leave no room for decimals. */
function largeIntegers(bounds: NumberBounds): string | undefined {
  const { low, high } = scaledRange(bounds, 0, 10n ** 15n - 1n);
  const smallest = 10n ** 9n;
  const below = signed({ low, high: high < -smallest ? high : -smallest }, 0);
  const above = signed({ low: low > smallest ? low : smallest, high }, 0);
  return [below, above].filter((part) => part !== undefined).join(" | ") || undefined;
}

function scaledRange(bounds: NumberBounds, places: number, limit: bigint): Range {
  const lows = [
    scaled(bounds.minimum, places).ceiling,
    scaled(bounds.exclusiveMinimum, places).floor + 1n,
  ];
  const highs = [
    scaled(bounds.maximum, places).floor,
    scaled(bounds.exclusiveMaximum, places).ceiling - 1n,
  ];
  return {
    low: [...lows, -limit].reduce(greater),
    high: [...highs, limit].reduce(lesser),
  };
}

function greater(a: bigint, b: bigint): bigint {
  if (a > b) return a; // Math.max takes no bigint
  return b;
}

function lesser(a: bigint, b: bigint): bigint {
  return greater(-a, -b) * -1n;
}

/** The number times 10^places, rounded both ways; exact, from the decimal JavaScript writes. */
function scaled(value: number, places: number): { floor: bigint; ceiling: bigint } {
  if (!Number.isFinite(value)) {
    const far = (value < 0 ? -1n : 1n) * 10n ** 40n;
    return { floor: far, ceiling: far };
  }
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const digits = BigInt(mantissa.replace(".", ""));
  const shift = Number(exponent) - (mantissa.split(".")[1]?.length ?? 0) + places;
  if (shift >= 0)
    return { floor: digits * 10n ** BigInt(shift), ceiling: digits * 10n ** BigInt(shift) };
  const unit = 10n ** BigInt(-shift);
  const truncated = digits / unit;
  const exact = truncated * unit === digits;
  return {
    floor: exact || digits >= 0n ? truncated : truncated - 1n,
    ceiling: exact || digits < 0n ? truncated : truncated + 1n,
  };
}

/** Zero is written without a sign. */
function signed({ low, high }: Range, places: number): string | undefined {
  const parts: string[] = [];
  if (low < 0n && low <= high)
    parts.push(`"-" (${magnitudes(high < 0n ? -high : 1n, -low, places)})`);
  if (high >= 0n && low <= high) parts.push(magnitudes(low > 0n ? low : 0n, high, places));
  return parts.length === 0 ? undefined : parts.join(" | ");
}

/** 0 ≤ low ≤ high, in counts of the last place. */
function magnitudes(low: bigint, high: bigint, places: number): string {
  const unit = 10n ** BigInt(places);
  const [lowWhole, highWhole] = [low / unit, high / unit];
  const fraction = (value: bigint) =>
    places === 0 ? "" : (value % unit).toString().padStart(places, "0");
  const [zeros, nines] = ["0".repeat(places), "9".repeat(places)];
  if (lowWhole === highWhole)
    return `${literal(`${lowWhole}`)}${fractions(fraction(low), fraction(high))}`;
  const open = fraction(low) === zeros;
  const shut = fraction(high) === nines;
  const parts = open ? [] : [`${literal(`${lowWhole}`)}${fractions(fraction(low), nines)}`];
  const [from, to] = [open ? lowWhole : lowWhole + 1n, shut ? highWhole : highWhole - 1n];
  if (from <= to) parts.push(`(${wholes(`${from}`, `${to}`)})${fractions(zeros, nines)}`);
  if (!shut) parts.push(`${literal(`${highWhole}`)}${fractions(zeros, fraction(high))}`);
  return parts.join(" | ");
}

/** A point and decimals from low to high; nothing where that is within them too. */
function fractions(low: string, high: string): string {
  if (low === "") return "";
  return isAll("0", low) ? ` ("." ${decimals(low, high)})?` : ` "." ${decimals(low, high)}`;
}

/** One decimal at least, as many as the bounds have at most; what is not written counts as zero. */
function decimals(low: string, high: string): string {
  return spread(low, high, (lowRest, highRest) => {
    if (lowRest === "") return "";
    if (isAll("0", lowRest) && isAll("9", highRest)) return ` [0-9]{0,${lowRest.length}}`;
    return isAll("0", lowRest)
      ? ` (${decimals(lowRest, highRest)})?`
      : ` ${decimals(lowRest, highRest)}`;
  });
}

/** Whole numbers without leading zeros. */
function wholes(low: string, high: string): string {
  const parts: string[] = [];
  for (let length = low.length; length <= high.length; length++) {
    const from = length === low.length ? low : `1${"0".repeat(length - 1)}`;
    const to = length === high.length ? high : "9".repeat(length);
    parts.push(digitsBetween(from, to));
  }
  return parts.join(" | ");
}

/** As many digits as both bounds have. */
function digitsBetween(low: string, high: string): string {
  return spread(low, high, (lowRest, highRest) => {
    if (lowRest === "") return "";
    if (isAll("0", lowRest) && isAll("9", highRest)) return ` [0-9]{${lowRest.length}}`;
    return ` ${digitsBetween(lowRest, highRest)}`;
  });
}

/** Splits by the first digit: on a bound the rest is bounded too, between them it is free. */
function spread(low: string, high: string, rest: (low: string, high: string) => string): string {
  const [first, last] = [Number(low[0]), Number(high[0])];
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (first === last) return `[${first}]${rest(lowRest, highRest)}`;
  const [zeros, nines] = ["0".repeat(lowRest.length), "9".repeat(lowRest.length)];
  const [open, shut] = [lowRest === zeros, highRest === nines];
  const [from, to] = [open ? first : first + 1, shut ? last : last - 1];
  const parts = open ? [] : [`[${first}]${rest(lowRest, nines)}`];
  if (from <= to) parts.push(`[${from}-${to}]${rest(zeros, nines)}`);
  if (!shut) parts.push(`[${last}]${rest(zeros, highRest)}`);
  return parts.length === 1 ? parts.join("") : `(${parts.join(" | ")})`;
}

function isAll(digit: string, text: string): boolean {
  return text === digit.repeat(text.length);
}
