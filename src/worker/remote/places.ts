/** @file How many requests may be on their way to one model at a time; the rest is sent elsewhere. */
import { QueueFullError } from "../../errors/limit-errors.ts";

/** Answers of other servers take seconds: so soon a place may be free. */
const retryAfterSeconds = 2;

export class Places {
  readonly limit: number;
  #busy = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get busy(): number {
    return this.#busy;
  }

  /**
   * Takes a place; the answer gives it back.
   *
   * @throws {QueueFullError} all are taken.
   */
  enter(): () => void {
    if (this.#busy >= this.limit) throw new QueueFullError(this.#busy, retryAfterSeconds);
    this.#busy++;
    let isIn = true;
    return () => {
      if (isIn) this.#busy--;
      isIn = false;
    };
  }
}
