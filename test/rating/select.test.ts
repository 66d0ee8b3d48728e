import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { winners } from "../../src/protocol/battle.ts";
import { BattleLog } from "../../src/rating/battle-log.ts";
import type { Battles } from "../../src/rating/battles.ts";
import { selectRows } from "../../src/rating/select.ts";
import { battlesOf } from "./battles-of.ts";

/** A row in words: what a reader handed over. */
function rowOf(battles: Battles, row: number) {
  const { models, judges, languages, features } = battles;
  const width = 2 * features.length;
  return {
    modelA: models[battles.a[row]],
    modelB: models[battles.b[row]],
    winner: winners[battles.outcome[row]],
    time: battles.time[row],
    judge: judges[battles.judge[row]] ?? null,
    anonymous: battles.anonymous[row] === 1,
    language: languages[battles.language[row]] ?? null,
    categories: battles.categories[row],
    prompt: battles.prompt[row],
    style: [...battles.style.subarray(row * width, (row + 1) * width)],
  };
}

const name = fc.constantFrom("m1", "m2", "m3", "m4", "m5");
const record = fc.record({
  modelA: name,
  modelB: name,
  winner: fc.constantFrom(...winners),
  time: fc.integer({ min: 0, max: 9 }),
  judge: fc.constantFrom("u1", "u2", null),
  anonymous: fc.boolean(),
  language: fc.constantFrom("English", null),
  categories: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  prompt: fc.integer({ min: 0, max: 3 }),
  style: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 2 }),
});
const log = fc.array(record, { maxLength: 30 }).map((records) => {
  const battles = new BattleLog(["length"]);
  for (const one of records) battles.add(one);
  return battles.finish();
});

describe("selectRows", () => {
  test("keeps the marked rows as they were, and no model without one", () => {
    fc.assert(
      fc.property(log, fc.infiniteStream(fc.boolean()), (battles, bits) => {
        const keep = Uint8Array.from({ length: battles.length }, () => (bits.next().value ? 1 : 0));
        const selected = selectRows(battles, keep);
        const before = Array.from({ length: battles.length }, (_, row) => rowOf(battles, row));
        const after = Array.from({ length: selected.length }, (_, row) => rowOf(selected, row));
        expect(after).toEqual(before.filter((_, row) => keep[row] === 1));
        const named = new Set(after.flatMap(({ modelA, modelB }) => [modelA, modelB]));
        expect(selected.models).toEqual([...named].sort());
      }),
    );
  });

  test("leaves the battles it was given alone", () => {
    const battles = battlesOf([
      { modelA: "x", modelB: "y", winner: "model_a" },
      { modelA: "z", modelB: "y", winner: "tie" },
    ]);
    selectRows(battles, Uint8Array.of(0, 1));
    expect([battles.models, [...battles.a], [...battles.b]]).toEqual([
      ["x", "y", "z"],
      [0, 2],
      [1, 1],
    ]);
  });
});
