/** @file Arrays of a schema: items of a kind, tuples, different values. */
import { literal } from "../grammar-builder.ts";
import { canonical, holds, itemSchemas, listedValues, tupleOf } from "./check.ts";
import { conjoin } from "./conjunction.ts";
import { addFreeArray } from "./json-rules.ts";
import { mostCounts, type ShapeMaker } from "./object.ts";
import { nothing, type Shape } from "./shape.ts";
import type { Part } from "./source.ts";

export function arrayShape(maker: ShapeMaker, parts: readonly Part[]): Shape {
  const { source, builder } = maker;
  const counts = source.counts(parts, ["minItems", "maxItems"]);
  if (counts === undefined) return nothing;
  const [min, most] = counts;
  const length = Math.max(...parts.map(({ schema }) => tupleOf(schema).prefix.length));
  const max = isClosed(parts) ? Math.min(most, length) : most;
  if (max > 1 && parts.some(({ schema }) => schema.uniqueItems === true))
    return differentItems(maker, parts, min, max);
  const schemasAt = (index: number) => parts.flatMap((part) => itemSchemas(part, index));
  const rest = schemasAt(length);
  const isAny = length === 0 && rest.every(({ schema }) => schema === true);
  if (isAny && min === 0 && max === Number.POSITIVE_INFINITY)
    return { kind: "text", body: addFreeArray(builder) };
  const prefix = Array.from({ length }, (_, index) => maker.shapeOf(schemasAt(index)));
  return { kind: "array", prefix, rest: maker.shapeOf(rest), min, max };
}

function isClosed(parts: readonly Part[]): boolean {
  return parts.some(
    ({ schema }) => schema.unevaluatedItems === false && schema[tupleOf(schema).rest] === undefined,
  );
}

/** Different items, where they are listed: a choice of them in the list's order. */
function differentItems(
  maker: ShapeMaker,
  parts: readonly Part[],
  min: number,
  max: number,
): Shape {
  const { source } = maker;
  const isTuple = parts.some(({ schema }) => tupleOf(schema).prefix.length > 0);
  const item = conjoin(source, isTuple ? [] : parts.flatMap((part) => itemSchemas(part, 0)));
  const listed = item.parts
    .map((part) => listedValues(source, part))
    .find((list) => list !== undefined);
  if (listed === undefined)
    throw source.refuse(
      parts[0]?.path ?? "",
      "uses 'uniqueItems' on items that are not listed by 'enum', which a grammar cannot express",
    );
  const values = new Map(
    listed.filter((value) => holds(source, value, item)).map((value) => [canonical(value), value]),
  );
  const members = [...values.values()].map((value) => ({
    head: literal(JSON.stringify(value)),
    value: undefined,
    required: false,
  }));
  if (members.length * Math.min(max, members.length) > mostCounts)
    throw source.refuse(parts[0]?.path ?? "", "uses 'uniqueItems' on too many values");
  return { kind: "members", brackets: ["[", "]"], members, rest: undefined, min, max };
}
