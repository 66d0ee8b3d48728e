/**
 * @file Rows to pull, out of readers that push: for those who cannot take them as fast as they are
 * read. No more rows wait than one piece of the file has.
 */
import type { RowSink } from "./row-sink.ts";

/** One of `value` and `bad` is there; `line` and `element` are those of a sink. */
export type FoundRow = { value?: unknown; bad?: string; line: number; element: number };

/**
 * @param read Pushes into the sink, and waits where the sink asks it to.
 * @throws whatever `read` throws, after the rows that came before.
 */
export async function* pulledRows(
  read: (sink: RowSink) => Promise<void>,
): AsyncGenerator<FoundRow, void> {
  const found: FoundRow[] = [];
  let pause = signal();
  let onward = signal();
  let ended = false;
  const sink: RowSink = {
    row: (value, line, element) => void found.push({ value, line, element }),
    badRow: (bad, line, element) => void found.push({ bad, line, element }),
    ready: () => {
      pause.give();
      return onward.given;
    },
  };
  const reading = read(sink).finally(() => {
    ended = true;
    pause.give();
  });
  reading.catch(() => {}); // it is thrown below, when its rows have been taken
  try {
    for (;;) {
      await pause.given;
      const isLast = ended;
      yield* found.splice(0);
      if (isLast) break;
      pause = signal();
      const waiting = onward;
      onward = signal();
      waiting.give();
    }
    await reading;
  } finally {
    onward.refuse(new Abandoned()); // whoever pulls has had enough: the file is closed
    await reading.catch(() => {});
  }
}

class Abandoned extends Error {
  override readonly name = "Abandoned";
}

function signal() {
  let give = () => {};
  let refuse = (_: Error) => {};
  const given = new Promise<void>((resolve, reject) => {
    give = resolve;
    refuse = reject;
  });
  given.catch(() => {}); // nobody may be waiting
  return { given, give, refuse };
}
