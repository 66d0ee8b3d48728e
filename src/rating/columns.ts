/** @file What is done to every column of battles alike: taking some rows, or all in another order. */
import type { Battles } from "./battles.ts";

/** The columns alone, without the names their numbers stand for. */
export type Columns = Omit<Battles, "length" | "models" | "judges" | "languages" | "features">;

type Column = Columns[keyof Columns];

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
  for (const name of Object.keys(taken) as (keyof Columns)[])
    copyRows(columns[name], taken[name], rows, name === "style" ? 2 * features : 1);
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

function copyRows(from: Column, to: Column, rows: ArrayLike<number>, width: number): void {
  for (let row = 0; row < rows.length; row++) {
    const start = rows[row] * width;
    for (let i = 0; i < width; i++) to[row * width + i] = from[start + i];
  }
}
