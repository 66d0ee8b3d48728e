/** @file Collects battles one by one and hands them over as columns, in canonical order. */
import { winners } from "../protocol/battle.ts";
import type { Battle, Battles } from "./battles.ts";
import { type Columns, emptyColumns, firstRows, takeRows } from "./columns.ts";

const outcomeOf = Object.fromEntries(winners.map((winner, code) => [winner, code]));

/** Grows by half again: a million rows are copied some thirty times less than one by one. */
const growth = 1.5;
const firstCapacity = 1024;

export class BattleLog {
  readonly #features: readonly string[];
  readonly #withJudges: boolean;
  readonly #models = new Names();
  readonly #judges = new Names();
  readonly #languages = new Names();
  #columns: Columns;
  #capacity = firstCapacity;
  #length = 0;

  /**
   * @param features   names of the style features each battle brings.
   * @param withJudges Whether to keep who voted: looking up one of many names is what costs most.
   */
  constructor(features: readonly string[] = [], withJudges = true) {
    this.#features = features;
    this.#withJudges = withJudges;
    this.#columns = emptyColumns(firstCapacity, features.length);
  }

  get length(): number {
    return this.#length;
  }

  add(battle: Battle): void {
    if (this.#length === this.#capacity) this.#grow();
    const row = this.#length++;
    const columns = this.#columns;
    columns.a[row] = this.#models.indexOf(battle.modelA);
    columns.b[row] = this.#models.indexOf(battle.modelB);
    columns.outcome[row] = outcomeOf[battle.winner];
    columns.time[row] = battle.time;
    columns.judge[row] = this.#withJudges ? this.#judges.indexOf(battle.judge) : -1;
    columns.language[row] = this.#languages.indexOf(battle.language);
    columns.anonymous[row] = battle.anonymous ? 1 : 0;
    columns.categories[row] = battle.categories;
    columns.prompt[row] = battle.prompt;
    this.#addStyle(row, battle.style);
  }

  /** The battles so far; the log must not be added to afterwards. */
  finish(): Battles {
    const length = this.#length;
    const columns = oldestFirst(this.#columns, length, this.#features.length);
    const { sorted: models, place } = this.#models.sort();
    for (const column of [columns.a, columns.b])
      for (let row = 0; row < length; row++) column[row] = place[column[row]];
    return {
      ...columns,
      length,
      models,
      judges: this.#judges.list,
      languages: this.#languages.list,
      features: this.#features,
    };
  }

  #addStyle(row: number, style: Battle["style"]): void {
    const width = 2 * this.#features.length;
    for (let i = 0; i < width; i++) this.#columns.style[row * width + i] = style?.[i] ?? Number.NaN;
  }

  #grow(): void {
    this.#capacity = Math.ceil(this.#capacity * growth);
    const grown = emptyColumns(this.#capacity, this.#features.length);
    for (const name of Object.keys(grown) as (keyof Columns)[])
      grown[name].set(this.#columns[name]);
    this.#columns = grown;
  }
}

/** A power of two, far above the number of models of most files. */
const recentNames = 1024;

/** Names as numbers, in order of appearance. */
class Names {
  readonly list: string[] = [];
  readonly #places = new Map<string, number>();
  /** By their last characters: to compare with one name is quicker than to hash a new string. */
  readonly #recent = new Array<string>(recentNames).fill("");
  readonly #recentPlaces = new Int32Array(recentNames).fill(-1);

  indexOf(name: string | null): number {
    if (name === null) return -1;
    const end = name.length;
    const slot =
      (name.charCodeAt(end - 1) + 31 * name.charCodeAt(end - 2) + 961 * name.charCodeAt(end - 3)) &
      (recentNames - 1);
    if (this.#recent[slot] === name && this.#recentPlaces[slot] !== -1)
      return this.#recentPlaces[slot];
    const place = this.#placeOf(name);
    this.#recent[slot] = name;
    this.#recentPlaces[slot] = place;
    return place;
  }

  #placeOf(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.list.length);
    return this.list.push(name) - 1;
  }

  /** Ascending names, and the new place of each old one. */
  sort(): { sorted: string[]; place: Int32Array } {
    const sorted = [...this.list].sort();
    const place = new Int32Array(sorted.length);
    for (const [i, name] of sorted.entries()) place[this.#places.get(name) ?? 0] = i;
    return { sorted, place };
  }
}

/** Rows by time; those without one, and those of one moment, in the order they came. */
function oldestFirst(columns: Columns, length: number, features: number): Columns {
  const { time } = columns;
  let latest = Number.NEGATIVE_INFINITY;
  let sorted = true;
  for (let row = 0; sorted && row < length; row++) {
    const at = time[row];
    if (at < latest) sorted = false;
    else if (at > latest) latest = at;
  }
  if (sorted) return firstRows(columns, length, features);
  return takeRows(
    columns,
    Int32Array.from({ length }, (_, row) => row).sort(byTime(time)),
    features,
  );
}

/** A row without a time counts as the earliest: an order must be one for all. */
const byTime = (time: Float64Array) => (one: number, other: number) => {
  const [at, then] = [time[one], time[other]];
  const difference = (Number.isNaN(at) ? -Infinity : at) - (Number.isNaN(then) ? -Infinity : then);
  return difference || one - other; // ∞ − ∞ is NaN: two without a time
};
