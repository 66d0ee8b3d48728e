import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJsonArray } from "../../src/files/json-array.ts";
import { collectRows } from "./collected-rows.ts";

const rowsOf = (text: string, cuts?: number[]) => collectRows(readJsonArray, text, cuts);

describe("a JSON array", () => {
  test("is one row an element, with the line where it begins", async () => {
    const text = '[\n  {\n    "a": 1\n  },\n  {"a": "[}\\"],{"}, 3, "x" ]\n';
    expect(await rowsOf(text)).toEqual([
      { row: { a: 1 }, line: 2, element: 1 },
      { row: { a: '[}"],{' }, line: 5, element: 2 },
      { row: 3, line: 5, element: 3 },
      { row: "x", line: 5, element: 4 },
    ]);
  });

  test.for(["[]", "[ \n]", " \r\n[\n]\n", "[,]"])("may be empty: %j", async (text) => {
    expect(await rowsOf(text)).toEqual([]);
  });

  test.for([
    ['[{"a":1},oops,{"a":2}]', [1, "not JSON", 1]],
    ['[{"a":1},}, {"a":2}]', [1, "not JSON", 1]],
    ['[{"a":1},{"a":2', [1, "the file ends before its array does"]],
    ['[{"a":1},', [1, "the file ends before its array does"]],
    ['[{"a":1},{"a":2}', [1, "the file ends before its array does"]],
    ['[{"a":1},"open]', [1, "the file ends before its array does"]],
    ['[{"a":1}]\n[{"a":2}] more', [1, "the array has ended, but text follows"]],
  ] as const)("never loses a row without a word: %s", async ([text, expected]) => {
    const found = (await rowsOf(text)).map(({ row, bad }) => (row ? 1 : bad?.split(":")[0]));
    expect(found).toEqual(expected);
  });

  test("gives the same rows however the bytes arrive, printed tightly or prettily", async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(value),
        fc.array(fc.nat()),
        fc.constantFrom(0, 2, "\t"),
        async (values, cuts, indent) => {
          const text = JSON.stringify(values, null, indent);
          const found = await rowsOf(text, cuts);
          expect(found).toEqual(await rowsOf(text));
          expect(found.map(({ row }) => row)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  test("of several chunks has its multibyte characters whole", async () => {
    const values = Array.from({ length: 1000 }, (_, i) => ({ i, text: "né 漢字 🦙".repeat(9) }));
    const bytes = JSON.stringify(values);
    const everySeventh = Array.from({ length: bytes.length / 7 }, (_, i) => 7 * i);
    const found = await rowsOf(bytes, everySeventh);
    expect(found.map(({ row }) => row)).toEqual(values);
  });
});
