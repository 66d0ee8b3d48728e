/** @file What became of every row: none is dropped without being counted. */
import { UsageError } from "../errors/usage-error.ts";
import { BadRow } from "../files/bad-row.ts";
import type { RowSink } from "../files/row-sink.ts";
import { BattleLog } from "../rating/battle-log.ts";
import type { Battles } from "../rating/battles.ts";
import type { Wanted } from "./battle-row.ts";
import { type CleaningRule, cleaningRules } from "./cleaning-rules.ts";
import { type Cleaning, notAVote, readRow } from "./row-dialect.ts";

export type BadRowExample = { file: string; line: number; reason: string };

/** rows = battles + notVotes + badRows + all that was dropped. */
export type RowCounts = {
  battles: Battles;
  rows: number;
  /** Lines of a log that are no battles by design. */
  notVotes: number;
  badRows: number;
  /** The first 20. */
  badRowExamples: BadRowExample[];
  /** In the order of `cleaningRules`; only those that dropped something. */
  dropped: [rule: CleaningRule, rows: number][];
  /** How many dropped votes had the word; most first. */
  leakedWords: [word: string, votes: number][];
};

const maxExamples = 20;

export class RowTally {
  readonly #wanted: Wanted;
  readonly #cleaning: Cleaning;
  readonly #strict: boolean;
  readonly #log: BattleLog;
  readonly #dropped = new Map<CleaningRule, number>();
  readonly #leaked = new Map<string, number>();
  readonly #examples: BadRowExample[] = [];
  #rows = 0;
  #notVotes = 0;
  #badRows = 0;

  /** @param strict the first bad row is a UsageError. */
  constructor(wanted: Wanted, cleaning: Cleaning, strict: boolean) {
    this.#wanted = wanted;
    this.#cleaning = cleaning;
    this.#strict = strict;
    this.#log = new BattleLog(wanted.features, wanted.withJudges);
  }

  /** Takes the rows of a file. @throws {UsageError} from the sink: a bad row, and we are strict. */
  sinkFor(file: string): RowSink {
    return {
      row: (value, line, element) => {
        try {
          this.#add(value);
        } catch (cause) {
          if (!(cause instanceof BadRow)) throw cause;
          this.#addBad(file, line, element, cause.message);
        }
      },
      badRow: (reason, line, element) => this.#addBad(file, line, element, reason),
    };
  }

  finish(): RowCounts {
    return {
      battles: this.#log.finish(),
      rows: this.#rows,
      notVotes: this.#notVotes,
      badRows: this.#badRows,
      badRowExamples: this.#examples,
      dropped: cleaningRules.flatMap((rule) => {
        const rows = this.#dropped.get(rule);
        return rows ? [[rule, rows] as const] : [];
      }),
      leakedWords: [...this.#leaked].sort(
        ([word, count], [other, others]) => others - count || (word < other ? -1 : 1),
      ),
    };
  }

  #add(value: unknown): void {
    const found = readRow(value, this.#wanted, this.#cleaning);
    this.#rows++;
    if (found === notAVote) this.#notVotes++;
    else if ("rule" in found) {
      count(this.#dropped, found.rule);
      for (const word of found.words) count(this.#leaked, word);
    } else this.#log.add(found);
  }

  #addBad(file: string, line: number, element: number, reason: string): void {
    const complaint = element > 0 ? `element ${element}: ${reason}` : reason;
    if (this.#strict) throw new UsageError(`${file}:${line}: ${complaint}`);
    this.#rows++;
    this.#badRows++;
    if (this.#examples.length < maxExamples) this.#examples.push({ file, line, reason: complaint });
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
