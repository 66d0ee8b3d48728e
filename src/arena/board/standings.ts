/** @file Where the models stand, ready to be told with a vote. */
import type { Standing } from "../../protocol/arena.ts";
import type { Board } from "./board.ts";

/** Of all time, one part in so many may go into keeping this fresh: a large board is told a little late. */
const shareOfTime = 20;

export class Standings {
  readonly #board: Board;
  #standings: ReadonlyMap<string, Standing> = new Map();
  #tookMs = 0;
  #doneAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(board: Board) {
    this.#board = board;
  }

  /** Null while the battles cannot place it. */
  of(model: string): Standing | null {
    return this.#standings.get(model) ?? null;
  }

  /** Takes in the newest votes, unless that was just done. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#doneAt < this.#tookMs * shareOfTime) return;
    this.#running ??= this.#read().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #read(): Promise<void> {
    const start = performance.now();
    this.#standings = await this.#board.standings();
    this.#doneAt = performance.now();
    this.#tookMs = this.#doneAt - start;
  }
}
