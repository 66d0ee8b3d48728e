/**
 * @file Events that somebody pushes, as an iterator somebody else reads; leaving it takes effect at
 * once, where an async generator would first wait for its next event.
 */

export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #waiting: T[] = [];
  readonly #onLeave: () => void;
  readonly #limit: number;
  #wake: ((item: IteratorResult<T>) => void) | undefined;
  #ended = false;

  /**
   * @param onLeave Called once, when the reader leaves or the queue ends.
   * @param limit   A reader this far behind is cut off.
   */
  constructor(onLeave: () => void = () => {}, limit = 10_000) {
    this.#onLeave = onLeave;
    this.#limit = limit;
  }

  push(value: T): void {
    if (this.#ended) return;
    if (this.#wake) this.#answer({ value, done: false });
    else if (this.#waiting.push(value) > this.#limit) this.end();
  }

  /** What was pushed before is still read. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#answer({ value: undefined, done: true });
    this.#onLeave();
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#waiting.length > 0)
      return Promise.resolve({
        value: this.#waiting.shift() as T,
        done: false,
      });
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#waiting.length = 0;
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #answer(item: IteratorResult<T>): void {
    this.#wake?.(item);
    this.#wake = undefined;
  }
}
