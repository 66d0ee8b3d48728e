import { describe, expect, test } from "vitest";
import { ProgressBar } from "../../src/cli/progress.ts";
import { columnsOf } from "../../src/page/printable.ts";

/** A terminal that remembers what it was sent, and a clock that is set by hand. */
function watch(isTTY = true, columns = 80) {
  const sent: string[] = [];
  const clock = { ms: 0 };
  const screen = { isTTY, columns, write: (text: string | Uint8Array) => sent.push(`${text}`) > 0 };
  return { sent, clock, bar: new ProgressBar(screen, () => clock.ms) };
}

const lineOf = (text = "") => text.replace("\r", "").replace("\u001b[K", "");

describe("ProgressBar", () => {
  test("shows the bar, the share, the rate and the time that is left", () => {
    const { sent, clock, bar } = watch();
    bar.start("battles.jsonl", 400e6);
    clock.ms = 1000;
    bar.update(100e6);
    expect(lineOf(sent.at(-1))).toBe(
      "battles.jsonl  █████░░░░░░░░░░░░░░░   25 %  100 MB/s  3 s left",
    );
  });

  test("shows what was read and how fast where nobody knows the total", () => {
    const { sent, clock, bar } = watch();
    bar.start("-", null);
    clock.ms = 2000;
    bar.update(5e6);
    expect(lineOf(sent.at(-1))).toBe("-  5.0 MB  2.5 MB/s");
  });

  test("takes the total as soon as it is known", () => {
    const { sent, clock, bar } = watch();
    bar.start("f");
    clock.ms = 200;
    bar.update(30, 100);
    expect(lineOf(sent.at(-1))).toMatch(/ 30 %$/);
  });

  test("guesses no rate from the first moments", () => {
    const { sent, clock, bar } = watch();
    bar.start("f", 100e6);
    clock.ms = 200;
    bar.update(50e6);
    expect(lineOf(sent.at(-1))).toBe("f  ██████████░░░░░░░░░░   50 %");
  });

  test("writes ten times a second at most", () => {
    const { sent, clock, bar } = watch();
    bar.start("f", 1000);
    for (clock.ms = 1; clock.ms <= 1000; clock.ms++) bar.update(clock.ms);
    expect(sent).toHaveLength(11);
  });

  test("is gone when it stops, and stops once", () => {
    const { sent, bar } = watch();
    bar.start("f", 1000);
    bar.stop();
    bar.stop();
    expect(sent.slice(1)).toEqual(["\r\u001b[K"]);
  });

  test("can start again at once", () => {
    const { sent, bar } = watch();
    bar.start("one", 10);
    bar.stop();
    bar.start("two", 10);
    expect(lineOf(sent.at(-1))).toMatch(/^two /);
  });

  test("writes nothing where nobody watches", () => {
    const { sent, clock, bar } = watch(false);
    bar.start("f", 1000);
    clock.ms = 1000;
    bar.update(10);
    bar.stop();
    expect(sent).toEqual([]);
  });

  test.for([20, 40, 60, 200])("stays in one line of %i columns", (columns) => {
    const { sent, clock, bar } = watch(true, columns);
    bar.start("数据/".repeat(40), 1e12);
    clock.ms = 1000;
    bar.update(1e6);
    for (const text of sent) expect(columnsOf(lineOf(text))).toBeLessThan(columns);
  });

  test("lets no file name drive the terminal, and never passes 100 %", () => {
    const { sent, clock, bar } = watch();
    bar.start("a\u001b[2J", 10);
    clock.ms = 1000;
    bar.update(11);
    expect(lineOf(sent.at(-1))).toMatch(
      /^a\ufffd\[2J {2}█{20} {2}100 % {2}0\.0 MB\/s {2}0 s left$/,
    );
  });

  test("counts steps, with a note of its own and the time that is left", () => {
    const { sent, clock, bar } = watch();
    bar.start("training", 40, "steps");
    clock.ms = 5000;
    bar.update(10, 40, "loss 0.5");
    expect(lineOf(sent.at(-1))).toBe("training  ███░░░░░░░  10/40  loss 0.5  15 s left");
  });

  test("takes what was done before for no pace of its own", () => {
    const { sent, clock, bar } = watch();
    bar.start("training", 40, "steps", 30);
    clock.ms = 5000;
    bar.update(35);
    expect(lineOf(sent.at(-1))).toBe("training  █████████░  35/40  5 s left");
  });
});
