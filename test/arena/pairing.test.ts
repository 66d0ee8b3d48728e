import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import { Pairing } from "../../src/arena/pairing.ts";
import { ArenaModel } from "../../src/protocol/arena-config.ts";
import { randomStream } from "../../src/rating/random.ts";
import { ArenaStore } from "../../src/store/arena-store.ts";

let folder: string;
let store: ArenaStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-pairing-"));
  store = new ArenaStore(folder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const names = ["a", "b", "c", "d"];
type Settings = Record<string, z.input<typeof ArenaModel>>;
const pairingOf = (settings: Settings = {}) =>
  new Pairing(store, (name) => ArenaModel.parse(settings[name] ?? {}));

/** Share of each pair, whatever its seats. */
function drawMany(pairing: Pairing, among = names, draws = 4000) {
  const random = randomStream(7);
  const shares = new Map<string, number>();
  let firstSeat = 0;
  for (let i = 0; i < draws; i++) {
    const drawn = pairing.draw(among, random);
    if (!drawn) throw new Error("Nobody may meet.");
    const pair = drawn.models.toSorted().join("");
    shares.set(pair, (shares.get(pair) ?? 0) + 1 / draws);
    if (drawn.models[0] < drawn.models[1]) firstSeat += 1 / draws;
  }
  return { shares, firstSeat };
}

function vote(a: string, b: string, times: number): void {
  for (let i = 0; i < times; i++) {
    const winner = i % 2 === 0 ? ("model_a" as const) : ("model_b" as const);
    const battle = { model_a: a, model_b: b, winner };
    const body = { winner, early: false, dwell_ms: null, address: "x", tags: [], research: true };
    const chat = `${a}${b}${i}`;
    store.vote({ ...body, battle }, { chat, voter: "v", key: chat });
  }
}

describe("Pairing", () => {
  test("draws all pairs alike while nothing is known, each seat half of the time", () => {
    const { shares, firstSeat } = drawMany(pairingOf());
    expect([...shares.keys()].toSorted()).toEqual(["ab", "ac", "ad", "bc", "bd", "cd"]);
    for (const share of shares.values()) expect(share).toBeCloseTo(1 / 6, 1);
    expect(firstSeat).toBeCloseTo(0.5, 1);
  });

  test("works with any weights, none given, and says how likely each draw was", () => {
    const pairing = pairingOf({ a: { weight: 3 }, d: { weight: 0 } });
    const { shares } = drawMany(pairing);
    expect([...shares.keys()].toSorted()).toEqual(["ab", "ac", "bc"]);
    const drawn = pairing.draw(names, randomStream(1));
    const expected = shares.get(drawn?.models.toSorted().join("") ?? "");
    expect(drawn?.probability).toBeCloseTo(expected ?? 0, 1);
  });

  test("prefers pairs of which less is known", () => {
    vote("a", "b", 40);
    const { shares } = drawMany(pairingOf(), ["a", "b", "c"]);
    expect(shares.get("ab")).toBeLessThan(0.1);
    expect(shares.get("ab")).toBeGreaterThan(0.01); // but never forgets one
  });

  test("gives a model's targets half of its battles", () => {
    const { shares } = drawMany(pairingOf({ a: { targets: ["b"] } }));
    const ofA = ["ab", "ac", "ad"].map((pair) => shares.get(pair) ?? 0);
    const [ab = 0] = ofA;
    expect(ab / ofA.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0.5, 1);
  });

  test("keeps to strict targets, both ways, with patterns", () => {
    const { shares } = drawMany(pairingOf({ a: { strict_targets: ["c*"] } }));
    expect([...shares.keys()].toSorted()).toEqual(["ac", "bc", "bd", "cd"]);
    expect(
      pairingOf({ a: { strict_targets: ["x*"] } }).draw(["a", "b"], Math.random),
    ).toBeUndefined();
  });

  test("lets two models without public names meet only where there are no others", () => {
    const hidden = { a: { anonymous_only: true }, b: { anonymous_only: true } };
    expect([...drawMany(pairingOf(hidden)).shares.keys()]).not.toContain("ab");
    expect(pairingOf(hidden).draw(["a", "b"], Math.random)?.probability).toBe(1);
  });

  test.for([[[]], [["a"]]])("draws nothing from %j", ([few]) => {
    expect(pairingOf().draw(few ?? [], Math.random)).toBeUndefined();
  });

  test("tells the chance of each model to be in the next battle", () => {
    const shares = pairingOf().shares(names);
    for (const name of names) expect(shares.get(name)).toBeCloseTo(0.5);
  });
});
