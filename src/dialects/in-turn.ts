/** @file Several answers as one, a few of them at a time. */
import type { Answer, AnswerEvent } from "../protocol/answer.ts";

/**
 * Events of all answers as they come; each answer's choices are numbered `n` further than the last's.
 *
 * @param starts Begins an answer when its turn comes.
 * @param atOnce Answers that run at the same time.
 */
export async function* inTurn(
  starts: readonly (() => Answer)[],
  n: number,
  atOnce: number,
): AsyncGenerator<AnswerEvent> {
  const running = new Map<number, AsyncIterator<AnswerEvent>>();
  const pending = new Map<number, Promise<[number, IteratorResult<AnswerEvent>]>>();
  const pull = (index: number, reader: AsyncIterator<AnswerEvent>) => {
    pending.set(
      index,
      reader.next().then((result) => [index, result]),
    );
  };
  let begun = 0;
  const begin = () => {
    for (; running.size < atOnce && begun < starts.length; begun++) {
      const reader = (starts[begun] as () => Answer)()[Symbol.asyncIterator]();
      running.set(begun, reader);
      pull(begun, reader);
    }
  };
  try {
    for (begin(); pending.size > 0; begin()) {
      const [index, result] = await Promise.race(pending.values());
      if (result.done) {
        running.delete(index);
        pending.delete(index);
        continue;
      }
      yield { ...result.value, choice: index * n + result.value.choice };
      pull(index, running.get(index) as AsyncIterator<AnswerEvent>);
    }
  } finally {
    for (const reader of running.values()) void reader.return?.().catch(() => {});
  }
}
