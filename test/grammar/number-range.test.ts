/** @file Digits within bounds: all that are inside and none that is not. */
import { describe, expect, test } from "vitest";
import { compileGrammar } from "../../src/grammar/matcher/grammar.ts";
import {
  integersWithin,
  type NumberBounds,
  numbersWithin,
  unbounded,
} from "../../src/grammar/schema/number-range.ts";
import { matches, seeded } from "./sample-vocabulary.ts";

const taking = (body: string | undefined) => {
  if (body === undefined) return () => false;
  const grammar = compileGrammar(`root ::= ${body}`);
  return (text: string) => matches(grammar, text);
};

function inside(value: number, bounds: NumberBounds): boolean {
  return (
    value >= bounds.minimum &&
    value <= bounds.maximum &&
    value > bounds.exclusiveMinimum &&
    value < bounds.exclusiveMaximum
  );
}

function boundsByChance(random: () => number, unit: number): NumberBounds {
  const end = () => Math.round((random() - 0.5) * 10 ** Math.ceil(random() * 4)) * unit;
  const [a, b] = [end(), end()];
  const sides = { minimum: Math.min(a, b), maximum: Math.max(a, b) };
  const open = { exclusiveMinimum: sides.minimum, exclusiveMaximum: sides.maximum };
  const [left, right] = [random(), random()];
  return {
    ...unbounded,
    ...(left < 0.4
      ? { minimum: sides.minimum }
      : left < 0.8
        ? { exclusiveMinimum: open.exclusiveMinimum }
        : {}),
    ...(right < 0.4
      ? { maximum: sides.maximum }
      : right < 0.8
        ? { exclusiveMaximum: open.exclusiveMaximum }
        : {}),
  };
}

describe("integersWithin", () => {
  test("takes exactly the integers within the bounds", () => {
    const random = seeded(3);
    for (let round = 0; round < 150; round++) {
      const bounds = boundsByChance(random, round % 3 === 0 ? 0.5 : 1);
      const takes = taking(integersWithin(bounds));
      const near = [
        bounds.minimum,
        bounds.maximum,
        bounds.exclusiveMinimum,
        bounds.exclusiveMaximum,
      ]
        .filter(Number.isFinite)
        .flatMap((end) => [-11, -1, 0, 1, 10, 101].map((step) => Math.trunc(end) + step));
      for (const value of [...near, 0, 9, 10, -9, -10, 99, 100, 12345, -12345])
        expect(takes(`${value}`), `${value} in ${JSON.stringify(bounds)}`).toBe(
          inside(value, bounds),
        );
    }
  });

  test("writes no zeros in front and no sign before zero", () => {
    const takes = taking(integersWithin({ ...unbounded, minimum: -5, maximum: 50 }));
    expect(["00", "01", "-0", "-", "", "+1", "1.0"].filter(takes)).toEqual([]);
  });

  test("stays within what a double counts exactly", () => {
    const takes = taking(integersWithin(unbounded));
    expect(takes("9007199254740991")).toBe(true);
    expect(takes("-9007199254740991")).toBe(true);
    expect(takes("9007199254740992")).toBe(false);
  });
});

describe("numbersWithin", () => {
  test("takes decimals within the bounds and none beyond", () => {
    const random = seeded(4);
    for (let round = 0; round < 150; round++) {
      const bounds = boundsByChance(random, [1, 0.5, 0.01, 0.125][round % 4] ?? 1);
      const takes = taking(numbersWithin(bounds));
      const near = [
        bounds.minimum,
        bounds.maximum,
        bounds.exclusiveMinimum,
        bounds.exclusiveMaximum,
      ]
        .filter(Number.isFinite)
        .flatMap((end) => [-1, -0.001, 0, 0.001, 1].map((step) => (end + step).toFixed(3)));
      for (const text of [...near, "0", "0.0", "0.500", "1", "-1.25", "10.0", "-0.001"]) {
        const isSignedZero = Number(text) === 0 && text.startsWith("-");
        const expected = !isSignedZero && inside(Number(text), bounds);
        expect(takes(text), `${text} in ${JSON.stringify(bounds)}`).toBe(expected);
      }
    }
  });

  test("writes no exponent where it must keep to a bound", () => {
    const takes = taking(numbersWithin({ ...unbounded, minimum: 0, maximum: 10 }));
    expect(["1e400", "1e0", "9.9e9"].filter(takes)).toEqual([]);
  });

  test("keeps below a bound that more digits would be rounded to", () => {
    const takes = taking(numbersWithin({ ...unbounded, minimum: 0, exclusiveMaximum: 0.3 }));
    expect(takes("0.29999999999999")).toBe(true);
    expect(takes("0.29999999999999999")).toBe(false);
    expect(takes("0.3")).toBe(false);
  });
});
