/** @file Schemas made by chance, the same in every run; each has a document. */
import { seeded } from "./sample-vocabulary.ts";
import type { NamedSchema } from "./schemas.ts";

/** So many schemas, with one more level of nesting after the other. */
export function generatedSchemas(count: number, seed: number): NamedSchema[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, n) => [`number ${n}`, schemaOf(random, 1 + (n % 4))]);
}

type Random = () => number;
type Make = (random: Random, levels: number) => object;

function schemaOf(random: Random, levels: number): object {
  return pick(random, levels > 0 ? [...leaves, ...branches, ...branches] : leaves)(
    random,
    levels - 1,
  );
}

const leaves: Make[] = [
  () => ({ type: "boolean" }),
  () => ({ type: ["string", "null"] }),
  (random) => ({ enum: [whole(random, 5), `v${whole(random, 9)}`, null] }),
  (random) => ({ const: `c${whole(random, 99)}` }),
  (random) => bounds(random, "integer", 1),
  (random) => bounds(random, "integer", 1000),
  (random) => bounds(random, "number", 0.125),
  (random) => bounds(random, "number", 0.001),
  (random) => {
    const minLength = whole(random, 4);
    return { type: "string", minLength, maxLength: minLength + whole(random, 5) };
  },
  (random) => ({
    type: "string",
    pattern: pick(random, ["^[a-f]{2,5}$", "x|y", "^\\d+ (kg|g)$", "a.c$"]),
  }),
  (random) => ({ type: "string", format: pick(random, ["date", "time", "uuid", "ipv4", "email"]) }),
];

const branches: Make[] = [
  (random, levels) => {
    const names = ["a", "b", "id", "naïve", 'x"y'].filter(() => random() < 0.6);
    const properties = Object.fromEntries(names.map((name) => [name, schemaOf(random, levels)]));
    const required = names.filter(() => random() < 0.5);
    const rest = pick(random, [
      {},
      { additionalProperties: false },
      { additionalProperties: { type: "integer" } },
    ]);
    return { type: "object", properties, required, ...rest };
  },
  (random, levels) => {
    const minItems = whole(random, 2);
    return {
      type: "array",
      items: schemaOf(random, levels),
      minItems,
      maxItems: minItems + whole(random, 2),
    };
  },
  (random, levels) => {
    const prefixItems = [schemaOf(random, levels), schemaOf(random, levels)];
    return { type: "array", prefixItems, items: false, minItems: whole(random, 2) };
  },
  (random, levels) => ({ anyOf: [schemaOf(random, levels), schemaOf(random, levels)] }),
  (random, levels) => ({
    allOf: [
      { type: "object", properties: { left: schemaOf(random, levels) }, required: ["left"] },
      { type: "object", properties: { right: schemaOf(random, levels) } },
    ],
  }),
  (random, levels) => ({
    oneOf: ["p", "q"].map((kind) => ({
      type: "object",
      properties: { kind: { const: kind }, value: schemaOf(random, levels) },
      required: ["kind", "value"],
    })),
  }),
];

function bounds(random: Random, type: string, unit: number): object {
  const minimum = (whole(random, 400) - 200) * unit;
  const maximum = minimum + whole(random, 300) * unit;
  return pick(random, [
    { type, minimum, maximum },
    { type, minimum },
    { type, maximum },
  ]);
}

function whole(random: Random, most: number): number {
  return Math.floor(random() * (most + 1));
}

function pick<T>(random: Random, from: readonly [T, ...T[]] | readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}
