/** @file Schemas made to hurt: each is refused in a sentence or made a grammar, soon. */
import { describe, expect, test } from "vitest";
import { compileGrammar } from "../../src/grammar/matcher/grammar.ts";
import { schemaGrammar } from "../../src/grammar/schema/json-schema.ts";
import { assertSchemaWithinLimits } from "../../src/grammar/schema/schema-limits.ts";

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));
const words = (count: number, length = 8) => times(count, (n) => `${n}`.padEnd(length, "x"));
const deep = (count: number, around: (inner: object) => object) =>
  times(count, () => 0).reduce<object>(around, { type: "null" });
const withProperties = (
  count: number,
  schema: (n: number) => object = () => ({ type: "string" }),
) => ({
  type: "object",
  properties: Object.fromEntries(times(count, (n) => [`p${n}`, schema(n)])),
  required: words(0),
});
const definitions = (count: number, use: (ref: object) => object) => ({
  $ref: `#/$defs/d${count}`,
  $defs: Object.fromEntries(
    times(count + 1, (n) => [`d${n}`, n === 0 ? { const: 0 } : use({ $ref: `#/$defs/d${n - 1}` })]),
  ),
});
const either = (n: number) => ({ anyOf: [{ required: [`a${n}`] }, { required: [`b${n}`] }] });

const over: [what: string, schema: () => unknown, sentence: RegExp][] = [
  ["1 001 enum values", () => ({ enum: words(1001) }), /more than 1000 enum values/],
  [
    "1 001 enum values in three enums",
    () => ({ anyOf: times(3, () => ({ enum: words(334) })) }),
    /1000 enum/,
  ],
  ["300 000 enum values, 4 MB", () => ({ enum: words(300_000, 10) }), /1000 enum values/],
  [
    "a large enum of long values",
    () => ({ enum: words(251, 60) }),
    /250 values with more than 15000/,
  ],
  ["11 levels", () => deep(11, (a) => ({ type: "object", properties: { a } })), /deeper than 10/],
  ["3 000 levels", () => deep(3000, (items) => ({ type: "array", items })), /deeper than 10/],
  ["100 000 levels of not", () => deep(1e5, (not) => ({ not })), /deeper than 64/],
  ["a constant of 100 000 levels", () => ({ const: deep(1e5, (a) => [a]) }), /deeper than 64/],
  ["5 001 properties", () => withProperties(5001), /more than 5000 properties/],
  [
    "120 001 characters of names",
    () => withProperties(1, () => ({ enum: ["x".repeat(120_000)] })),
    /120000/,
  ],
  ["4 MB of one name", () => ({ properties: { ["x".repeat(4e6)]: {} } }), /120000 characters/],
  ["20 001 schemas", () => ({ anyOf: times(20_001, () => ({})) }), /more than 20000 schemas/],
  ["200 000 required names", () => ({ required: words(200_000) }), /more than 5000 properties/],
];

const within: [what: string, schema: () => unknown][] = [
  ["1 000 enum values", () => ({ enum: words(1000) })],
  ["10 levels", () => deep(10, (a) => ({ type: "object", properties: { a } }))],
  [
    "5 000 required properties",
    () => ({ ...withProperties(5000), required: times(5000, (n) => `p${n}`) }),
  ],
  ["1 000 optional properties", () => withProperties(1000)],
  [
    "2^30 by definitions",
    () => definitions(30, (a) => ({ type: "object", properties: { a, b: a } })),
  ],
  ["2^30 by allOf", () => definitions(30, (one) => ({ allOf: [one, one] }))],
  ["2^30 by anyOf", () => definitions(30, (one) => ({ anyOf: [one, one] }))],
  ["2^6 by allOf of anyOf", () => ({ type: "object", allOf: times(6, either) })],
  ["maxLength 10^8", () => ({ type: "string", maxLength: 1e8 })],
  ["4 MB of description", () => ({ description: "x".repeat(4e6), type: "null" })],
  ["300 constants in oneOf", () => ({ oneOf: times(300, (n) => ({ const: n })) })],
];

const tooMuch: [what: string, schema: () => unknown, sentence: RegExp][] = [
  [
    "2^20 by allOf of anyOf",
    () => ({ type: "object", allOf: times(20, either) }),
    /too many combinations/,
  ],
  [
    "a pattern of 10 kB",
    () => ({ type: "string", pattern: "a".repeat(10_240) }),
    /longer than 2000/,
  ],
  [
    "500 patterns of 4 000 states",
    () => withProperties(500, (n) => ({ pattern: `^a{${n},2000}b{2000}$` })),
    /too large/,
  ],
  [
    "500 patterns that double",
    () => withProperties(500, (n) => ({ pattern: `[ab]*a[ab]{12}${n}` })),
    /too large/,
  ],
  ["minItems 10^6", () => ({ type: "array", minItems: 1e6 }), /above 2000/],
  [
    "counts of 1 000 properties",
    () => ({ ...withProperties(1000), minProperties: 500 }),
    /too many properties/,
  ],
  ["a chain of 5 000 references", () => definitions(4900, (one) => one), /refers on and on/],
];

/** The processor's time in ms, of the fastest of a few runs: the machine may be busy with others. */
function fastest(run: () => unknown): number {
  return Math.min(
    ...times(4, () => {
      const begun = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / 1000;
    }),
  );
}

const attempt = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("assertSchemaWithinLimits", () => {
  test.for(over)("refuses %s within 20 ms", ([, make, sentence]) => {
    const schema = make();
    expect(() => assertSchemaWithinLimits(schema, "tools")).toThrow(sentence);
    expect(() => schemaGrammar(schema, "tools")).toThrow(sentence);
    expect(fastest(() => attempt(() => assertSchemaWithinLimits(schema, "tools")))).toBeLessThan(
      20,
    );
  });

  test.for(within)("lets %s pass", ([, make]) => {
    expect(() => assertSchemaWithinLimits(make(), "tools")).not.toThrow();
  });
});

describe("schemaGrammar", () => {
  test.for(within)("makes a grammar of %s within half a second", ([, make]) => {
    const schema = make();
    expect(fastest(() => compileGrammar(schemaGrammar(schema, "tools")))).toBeLessThan(500);
  });

  test.for(tooMuch)("refuses %s within half a second", ([, make, sentence]) => {
    const schema = make();
    expect(() => schemaGrammar(schema, "tools")).toThrow(sentence);
    expect(fastest(() => attempt(() => schemaGrammar(schema, "tools")))).toBeLessThan(500);
  });
});
