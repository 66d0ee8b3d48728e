/** @file What is done to every column of battles alike: taking some rows, or all in another order. */
import type { Battles } from "./battles.ts";

/** The columns alone, without the names their numbers stand for. */
export type Columns = Omit<Battles, "length" | "models" | "judges" | "languages" | "features">;

/** Columns for `capacity` rows and `features` style features a side. */
export function emptyColumns(capacity: number, features: number): Columns {
  return {
    a: new Int32Array(capacity),
    b: new Int32Array(capacity),
    outcome: new Uint8Array(capacity),
    time: new Float64Array(capacity),
    judge: new Int32Array(capacity),
    language: new Int32Array(capacity),
    anonymous: new Uint8Array(capacity),
    categories: new Uint32Array(capacity),
    prompt: new Float64Array(capacity),
    style: new Float32Array(capacity * 2 * features),
  };
}

/** The given rows, in the given order. */
export function takeRows(columns: Columns, rows: ArrayLike<number>, features: number): Columns {
  const taken = emptyColumns(rows.length, features);
  const width = 2 * features;
  // A line for each column: one loop over kinds of arrays would be twenty times slower.
  for (let row = 0; row < rows.length; row++) {
    const from = rows[row];
    taken.a[row] = columns.a[from];
    taken.b[row] = columns.b[from];
    taken.outcome[row] = columns.outcome[from];
    taken.time[row] = columns.time[from];
    taken.judge[row] = columns.judge[from];
    taken.language[row] = columns.language[from];
    taken.anonymous[row] = columns.anonymous[from];
    taken.categories[row] = columns.categories[from];
    taken.prompt[row] = columns.prompt[from];
    for (let i = 0; i < width; i++) taken.style[row * width + i] = columns.style[from * width + i];
  }
  return taken;
}

/** The first `length` rows. */
export function firstRows(columns: Columns, length: number, features: number): Columns {
  const taken = emptyColumns(length, features);
  for (const name of Object.keys(taken) as (keyof Columns)[]) {
    const width = name === "style" ? 2 * features : 1;
    taken[name].set(columns[name].subarray(0, length * width));
  }
  return taken;
}
