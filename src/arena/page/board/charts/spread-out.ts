/** @file Places for labels: each as near to where it belongs as the others leave room for. */

/**
 * Moves places apart until any two are at least `gap` from each other: neighbours that are too
 * close form a block, centred on where its members belong; blocks that touch become one.
 *
 * @param wanted In any order.
 * @param range  Stays within it, unless there are more than fit.
 * @returns      In the order of `wanted`.
 */
export function spreadOut(
  wanted: readonly number[],
  gap: number,
  [least, greatest]: readonly [number, number],
): number[] {
  const order = [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const blocks: { start: number; sum: number; count: number }[] = [];
  for (const [place, at] of order.entries()) {
    const start = (wanted[at] ?? 0) - place * gap; // so that one gap between means no distance
    let block = { start, sum: start, count: 1 };
    for (let last = blocks.at(-1); last && last.start >= block.start; last = blocks.at(-1)) {
      blocks.pop();
      const [sum, count] = [last.sum + block.sum, last.count + block.count];
      block = { start: sum / count, sum, count };
    }
    blocks.push(block);
  }
  const highest = greatest - (wanted.length - 1) * gap;
  const starts = blocks.flatMap(({ start, count }) =>
    Array<number>(count).fill(Math.max(least, Math.min(start, highest))),
  );
  const places: number[] = [];
  for (const [place, at] of order.entries()) places[at] = (starts[place] ?? 0) + place * gap;
  return places;
}
