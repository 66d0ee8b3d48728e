/**
 * @file Some conversations of many, drawn evenly: all in one pass and in the order of the file, and
 * the same seed draws the same.
 *
 * Source: algorithm R (a reservoir) and algorithm S (selection sampling) of D. E. Knuth, The Art of
 * Computer Programming 2, 3.4.2.
 */
import { type Random, randomStream } from "../rating/random.ts";
import type { Conversation } from "./conversation.ts";

/**
 * Draws `count` of however many there are, and holds no more than these.
 *
 * @returns in the order of the source; all where there are fewer.
 */
export async function sample(
  source: AsyncIterable<Conversation>,
  count: number,
  seed: number,
): Promise<Conversation[]> {
  const random = randomStream(seed);
  const drawn: { at: number; conversation: Conversation }[] = [];
  let at = 0;
  for await (const conversation of source) {
    const place = at < count ? at : Math.floor(random() * (at + 1));
    if (place < count) drawn[place] = { at, conversation };
    at++;
  }
  return drawn.sort((one, other) => one.at - other.at).map(({ conversation }) => conversation);
}

/**
 * Whether the next of `total` things is among the `wanted`, of which exactly so many are drawn.
 *
 * @returns to be asked `total` times.
 */
export function selection(total: number, wanted: number, seed: number): () => boolean {
  const random: Random = randomStream(seed);
  let left = total;
  let open = Math.min(wanted, total);
  return () => {
    const isDrawn = random() * left < open;
    left--;
    if (isDrawn) open--;
    return isDrawn;
  };
}
