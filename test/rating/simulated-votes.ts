/** @file Voters with a law: honest ones, who vote by the models' strengths, and others. */
import type { Row } from "./battles-of.ts";

/** How a voter decides: the chance that A wins, for models at places a and b. */
export type Habit = (a: number, b: number, honest: number) => number;

export const honest: Habit = (_a, _b, chance) => chance;
export const shillOf =
  (model: number): Habit =>
  (a, b, chance) =>
    a === model ? 1 : b === model ? 0 : chance;
export const alwaysLeft: Habit = () => 1;
export const contrary: Habit = (_a, _b, chance) => (chance > 0.5 ? 0 : 1);

/** Votes of each habit's voter, `u0`, `u1`, …; `m0` is the strongest, each next 100 points less. */
export function simulateVotes(
  habits: readonly Habit[],
  votes: number,
  models: number,
  random: () => number,
): Row[] {
  return habits.flatMap((habit, voter) =>
    Array.from({ length: votes }, (): Row => {
      const a = Math.floor(random() * models);
      const b = (a + 1 + Math.floor(random() * (models - 1))) % models;
      const names = { modelA: `m${a}`, modelB: `m${b}`, judge: `u${voter}` };
      if (random() < 0.2) return { ...names, winner: "tie" };
      const chance = habit(a, b, 1 / (1 + 10 ** ((a - b) / 4)));
      return { ...names, winner: random() < chance ? "model_a" : "model_b" };
    }),
  );
}
