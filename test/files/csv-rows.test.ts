import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { battleTable } from "../../src/battles/battle-table.ts";
import { UsageError } from "../../src/errors/usage-error.ts";
import { readCsv } from "../../src/files/csv-rows.ts";
import { nothing } from "../battles/battle-files.ts";
import { collectRows, type ReadRows } from "./collected-rows.ts";

const readBattles: ReadRows = (chunks, sink, file) =>
  readCsv(chunks, sink, file, battleTable(nothing));
const rowsOf = (text: string, cuts?: number[]) => collectRows(readBattles, text, cuts);
const header = "model_a,model_b,winner,tstamp,anony,prompt";

describe("CSV", () => {
  test("gives its columns their types, and an empty cell none", async () => {
    const text = `${header}\nx,01,tie,1700000000.5,True,"say ""hi"""\nx,y,tie,,False,\n`;
    expect(await rowsOf(text)).toEqual([
      {
        row: { ...xy, model_b: "01", tstamp: 1700000000.5, anony: true, prompt: 'say "hi"' },
        line: 2,
        element: 0,
      },
      { row: { ...xy, tstamp: null, anony: false, prompt: null }, line: 3, element: 0 },
    ]);
  });

  test("leaves a cell that is not of its column's type for the schema to refuse", async () => {
    const [first] = await rowsOf(`${header}\nx,,tie,soon,maybe,\n`);
    expect(first.row).toMatchObject({ model_b: "", tstamp: "soon", anony: "maybe" });
  });

  test("knows the line of each row, also after a text of several lines", async () => {
    const text = `${header}\r\nx,y,tie,1,true,"a\r\nb\r\nc"\r\n\r\nx,y,tie,2,true,d\r\n`;
    expect((await rowsOf(text)).map(({ line }) => line)).toEqual([2, 6]);
  });

  test.for([";", "\t"])("may have another delimiter: %j", async (delimiter) => {
    const text = `${header}\nx,y,tie,1,true,\n`.replaceAll(",", delimiter);
    expect((await rowsOf(text)).map(({ row }) => row)).toEqual([
      { ...xy, tstamp: 1, anony: true, prompt: null },
    ]);
  });

  test("has a bad row where a row has too few or too many cells, or a quote within a cell", async () => {
    const text = `${header}\nx,y\nx,y,tie,1,true,,\nx,y,ti"e,1,true,\nx,y,tie,1,true,\n`;
    expect((await rowsOf(text)).map(({ line, bad }) => [line, bad])).toEqual([
      [2, "Invalid Record Length: columns length is 6, got 2"],
      [3, "Invalid Record Length: columns length is 6, got 7"],
      [4, expect.stringContaining("a quote is found on field")],
      [5, undefined],
    ]);
  });

  test("is refused where a quote swallows the rest of the file", async () => {
    const text = `${header}\nx,y,tie,1,true,\nx,y,tie,1,true,"open\nx,y,tie,1,true,\n`;
    await expect(rowsOf(text)).rejects.toThrow(
      new UsageError("battles:3: a quote opens here or below and never closes."),
    );
  });

  test("is refused where the header does not name the models", async () => {
    await expect(rowsOf("a,b\n1,2\n")).rejects.toThrow(
      new UsageError(
        "battles has no columns model_a and model_b: a table of battles needs them and winner.",
      ),
    );
  });

  test("stops at once where the sink refuses a bad row", async () => {
    const sink = {
      row: () => {},
      badRow: () => {
        throw new UsageError("refused");
      },
    };
    async function* chunks() {
      yield Buffer.from(`${header}\nx,y\nx,y,tie,1,true,\n`);
    }
    await expect(readBattles(chunks(), sink, "battles")).rejects.toThrow(new UsageError("refused"));
  });

  test("gives the same rows however the bytes arrive", async () => {
    const cell = fc.string({ unit: "grapheme" }).map((text) => `"${text.replaceAll('"', '""')}"`);
    await fc.assert(
      fc.asyncProperty(fc.array(cell), fc.array(fc.nat()), async (cells, cuts) => {
        const text = [header, ...cells.map((one) => `x,y,tie,1,true,${one}`)].join("\n");
        const found = await rowsOf(text, cuts);
        expect(found).toEqual(await rowsOf(text));
        expect(found).toHaveLength(cells.length);
      }),
      { numRuns: 50 },
    );
  });
});

const xy = { model_a: "x", model_b: "y", winner: "tie" };
