/** @file A binary heap: the first of many by an order, while more come. */

export class Heap<T> {
  readonly #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  /** @param compare negative where a comes first. */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  push(item: T): void {
    let at = this.#items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#items[above] as T;
      if (this.#compare(parent, item) <= 0) break;
      this.#items[at] = parent;
      at = above;
    }
    this.#items[at] = item;
  }

  /** Takes the first out. */
  pop(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) this.#sink(last);
    return first;
  }

  /** Fills the place of the first. */
  #sink(item: T): void {
    const { length } = this.#items;
    let at = 0;
    for (let below = 1; below < length; below = 2 * at + 1) {
      const right = below + 1;
      const rightFirst =
        right < length && this.#compare(this.#items[right] as T, this.#items[below] as T) < 0;
      const child = this.#items[rightFirst ? right : below] as T;
      if (this.#compare(item, child) <= 0) break;
      this.#items[at] = child;
      at = rightFirst ? right : below;
    }
    this.#items[at] = item;
  }
}
