/** @file Some of the battles, as battles of their own. */
import type { Battles } from "./battles.ts";
import { takeRows } from "./columns.ts";

/**
 * The rows that `keep` has a 1 for, in their order. Models that no row names any more are gone;
 * judges and languages keep their places.
 *
 * @param keep (length,)
 */
export function selectRows(battles: Battles, keep: Uint8Array): Battles {
  const rows = rowsOf(keep);
  if (rows.length === battles.length) return battles;
  const { judges, languages, features } = battles;
  const columns = takeRows(battles, rows, features.length);
  const models = dropUnused(battles.models, columns.a, columns.b);
  return { ...columns, length: rows.length, models, judges, languages, features };
}

function rowsOf(keep: Uint8Array): Int32Array {
  const rows = new Int32Array(keep.length);
  let count = 0;
  for (let row = 0; row < keep.length; row++) if (keep[row] === 1) rows[count++] = row;
  return rows.subarray(0, count);
}

/** The names still used, in their order; `a` and `b` are made places in these. */
function dropUnused(models: readonly string[], a: Int32Array, b: Int32Array): readonly string[] {
  const place = new Int32Array(models.length);
  for (let row = 0; row < a.length; row++) place[a[row]] = place[b[row]] = 1;
  const used = models.filter((_, model) => place[model] === 1);
  for (let model = 0, next = 0; model < models.length; model++)
    if (place[model] === 1) place[model] = next++;
  for (let row = 0; row < a.length; row++) {
    a[row] = place[a[row]];
    b[row] = place[b[row]];
  }
  return used;
}
