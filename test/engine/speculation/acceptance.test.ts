import { describe, expect, test } from "vitest";
import { Acceptance, evidenceOf } from "../../../src/engine/speculation/acceptance.ts";
import { Probe } from "../../../src/engine/speculation/probe.ts";

describe("Acceptance", () => {
  test("comes to the rate at which tokens are picked, for each kind of evidence by itself", () => {
    const acceptance = new Acceptance(0.1);
    const before = acceptance.rate(3);
    for (let i = 0; i < 200; i++) acceptance.record(1, 3, true);
    expect(acceptance.rate(1)).toBeGreaterThan(0.6);
    expect(acceptance.rate(1)).toBeLessThan(0.85);
    expect(acceptance.rate(3)).toBe(before);
  });

  test("begins with what the last answers showed, and leaves that as it is", () => {
    const typical = new Acceptance(0.1);
    for (let i = 0; i < 100; i++) typical.record(0, 0, true);
    const next = new Acceptance(0.1, typical);
    expect(next.rate(0)).toBeLessThan(0.01);
    next.record(0, 10, false);
    expect(typical.rate(0)).toBeLessThan(0.01);
  });

  test("believes a longer match more", () => {
    const rates = [2, 3, 5, 12].map((matched) => new Acceptance(0.1).rate(evidenceOf(matched)));
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
  });
});

describe("Probe", () => {
  /** Steps at which it is due, of so many. */
  const dues = (probe: Probe, steps: number) =>
    Array.from({ length: steps }, (_, step) => step + 1).filter(() => probe.isDue());

  test("is due more and more seldom while it fails, and never stops", () => {
    const probe = new Probe();
    expect(dues(probe, 1100)).toEqual([16, 48, 112, 240, 496, 752, 1008]);
  });

  test("is due soon again once drafting has paid", () => {
    const probe = new Probe();
    dues(probe, 500);
    probe.succeed();
    expect(dues(probe, 20)).toEqual([16]);
  });
});
