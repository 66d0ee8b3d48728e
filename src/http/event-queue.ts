/**
 * @file Events that somebody pushes, as an iterator somebody else reads; leaving it takes effect at
 * once, where an async generator would first wait for its next event.
 */

/** A reader that waits. */
type Wake<T> = { resolve(item: IteratorResult<T>): void; reject(error: unknown): void };

export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #waiting: T[] = [];
  readonly #onLeave: () => void;
  readonly #limit: number;
  #wake: Wake<T> | undefined;
  #ended = false;
  #failure: { error: unknown } | undefined;

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
    if (this.#wake) this.#answer((wake) => wake.resolve({ value, done: false }));
    else if (this.#waiting.push(value) > this.#limit) this.end();
  }

  /** What was pushed before is still read. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#answer((wake) => wake.resolve({ value: undefined, done: true }));
    this.#onLeave();
  }

  /** Ends with an error, which the reader meets after what was pushed before it. */
  fail(error: unknown): void {
    if (this.#ended) return;
    if (this.#wake) this.#answer((wake) => wake.reject(error));
    else this.#failure = { error };
    this.end();
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#waiting.length > 0)
      return Promise.resolve({
        value: this.#waiting.shift() as T,
        done: false,
      });
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) return Promise.reject(failure.error);
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => {
      this.#wake = { resolve, reject };
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

  #answer(how: (wake: Wake<T>) => void): void {
    const wake = this.#wake;
    this.#wake = undefined;
    if (wake) how(wake);
  }
}
