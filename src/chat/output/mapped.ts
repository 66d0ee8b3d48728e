/**
 * @file Each item of a stream turned into another, without the promises that a generator between the
 * two would cost with every token. Leaving it leaves its source at once.
 */
export function mapped<From, To>(
  source: AsyncIterable<From>,
  toOther: (item: From) => To,
): AsyncIterable<To> {
  return {
    [Symbol.asyncIterator]() {
      const items = source[Symbol.asyncIterator]();
      const turned = (item: IteratorResult<From>): IteratorResult<To> =>
        item.done ? item : { done: false, value: toOther(item.value) };
      const left: IteratorResult<To> = { done: true, value: undefined };
      return {
        next: () => items.next().then(turned),
        return: async () => {
          await items.return?.();
          return left;
        },
      };
    },
  };
}
