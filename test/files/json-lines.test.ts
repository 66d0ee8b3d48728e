import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { readJsonLines } from "../../src/files/json-lines.ts";
import { collectRows } from "./collected-rows.ts";

const rowsOf = (text: string, cuts?: number[]) => collectRows(readJsonLines, text, cuts);

describe("JSON Lines", () => {
  test("are rows with the number of their line", async () => {
    expect(await rowsOf('{"a":1}\n{"a":"é"}\n')).toEqual([
      { row: { a: 1 }, line: 1, element: 0 },
      { row: { a: "é" }, line: 2, element: 0 },
    ]);
  });

  test.for(['{"a":1}\r\n\r\n  \n{"a":2}\r\n', '{"a":1}\n\n\n{"a":2}'])(
    "may have blank lines, Windows' line ends and an open end: %j",
    async (text) => {
      expect((await rowsOf(text)).map(({ row, line }) => [row, line])).toEqual([
        [{ a: 1 }, 1],
        [{ a: 2 }, 4],
      ]);
    },
  );

  test("that are cut off or no JSON are bad rows among the others", async () => {
    const found = await rowsOf('{"a":1}\noops\n{"a":2}\n{"a":');
    expect(found.map(({ row, bad, line }) => [line, row ?? bad?.split(":")[0]])).toEqual([
      [1, { a: 1 }],
      [2, "not JSON"],
      [3, { a: 2 }],
      [4, "not JSON"],
    ]);
  });

  test("end where a line has no end: no battle is so long", async () => {
    const piece = Buffer.alloc(2 ** 26, "x");
    async function* endless() {
      for (;;) yield piece;
    }
    const sink = { row: () => {}, badRow: () => {} };
    await expect(readJsonLines(endless(), sink, "battles")).rejects.toThrow(
      new UsageError("battles has a row of more than 256 MB: it is no list of rows."),
    );
  });

  test("are the same rows however the bytes arrive", async () => {
    const value = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(
        fc.array(value),
        fc.array(fc.nat()),
        fc.constantFrom("\n", "\r\n", "\n\n"),
        async (values, cuts, lineEnd) => {
          const text = values.map((one) => JSON.stringify(one) + lineEnd).join("");
          const found = await rowsOf(text, cuts);
          expect(found).toEqual(await rowsOf(text));
          expect(found.map(({ row }) => row)).toEqual(
            values.map((one) => JSON.parse(JSON.stringify(one))),
          );
        },
      ),
    );
  });
});
