import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnsOf, padToColumns, shorten, toPrintable } from "../../src/page/printable.ts";

describe("toPrintable", () => {
  test.for([
    ["an escape sequence", "a\u001b[31mb", "a\ufffd[31mb"],
    ["a line break", "a\nb", "a\ufffdb"],
    ["an override of direction", "a\u202eb\u2069", "a\ufffdb\ufffd"],
    ["ordinary words of any script", "通义千问 نموذج é 👩‍🚀", "通义千问 نموذج é 👩‍🚀"],
  ] as const)("makes %s harmless", ([, text, printable]) => {
    expect(toPrintable(text)).toBe(printable);
  });
});

describe("columnsOf", () => {
  test.for([
    ["gpt-x", 5],
    ["通义千问", 8],
    ["한국어", 6],
    ["ｆｕｌｌ", 8],
    ["é", 1],
    ["e\u0301", 1],
    ["👩‍🚀", 2],
    ["🇫🇷", 2],
    ["a\u200bb", 2],
    ["", 0],
  ] as const)("counts %j as %i", ([text, columns]) => {
    expect(columnsOf(text)).toBe(columns);
  });
});

describe("shorten", () => {
  test("leaves alone what fits", () => {
    expect(shorten("gpt-x", 5)).toBe("gpt-x");
  });

  test("takes the middle, so that versions stay apart", () => {
    expect(shorten("llama-instruct-2024-08", 13)).toBe("llama-…024-08");
  });

  test("cuts no wide letter in two", () => {
    expect(shorten("通义千问通义千问", 7)).toBe("通义…问");
    expect(columnsOf(shorten("通义千问通义千问", 8))).toBeLessThanOrEqual(8);
  });

  test("never takes more than it may", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 1, max: 30 }),
        (text, room) => {
          expect(columnsOf(shorten(text, room))).toBeLessThanOrEqual(room);
        },
      ),
    );
  });
});

describe("padToColumns", () => {
  test("fills up by what is seen, on either side", () => {
    expect(padToColumns("千问", 6, "left")).toBe("千问  ");
    expect(padToColumns("千问", 6, "right")).toBe("  千问");
    expect(padToColumns("千问", 2, "right")).toBe("千问");
  });
});
