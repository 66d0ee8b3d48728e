/**
 * @file Where other prompts will leave this one: the places at which recurrent state, which cannot be
 * cut back, is worth a copy.
 */

/** How far before a prompt's end its last message may end: what is behind it opens the answer. */
const longestOpening = 256;

/**
 * Two places. The end of the last message: the template may write what follows anew in the next turn
 * (an answer loses its thoughts), or the same prompt may come again. And where the prompt leaves one
 * that came before: what two begin with, as with a system prompt, a third may begin with too.
 *
 * @param prompt Its tokens.
 * @param shared How many of them another prompt begins with.
 * @param isEnd  Whether a token ends a message.
 * @returns Lengths of the prompt, ascending, each shorter than the whole of it.
 */
export function partings(
  prompt: readonly number[],
  shared: number,
  isEnd: (token: number) => boolean,
): number[] {
  const last = prompt.length - 1; // a prompt's last token is evaluated anew
  const earliest = Math.max(0, last - longestOpening);
  let message = last;
  while (message > earliest && !isEnd(prompt[message - 1] as number)) message--;
  const ends = message > earliest ? message : last;
  return [...new Set([Math.min(shared, last), ends])].filter((at) => at > 0).sort((a, b) => a - b);
}
