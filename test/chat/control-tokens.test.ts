import { describe, expect, test } from "vitest";
import { promptCutter, spellingPattern } from "../../src/chat/control-tokens.ts";

describe("promptCutter", () => {
  const fromTemplate = (text: string) => ({ text, fromClient: false });
  const fromClient = (text: string) => ({ text, fromClient: true });

  test("joins everything between two control tokens", () => {
    const cut = promptCutter([{ text: "<a>" }]);
    expect(cut([fromTemplate("<a>\n"), fromClient("x<a>"), fromTemplate(" y<a>")])).toEqual([
      { text: "<a>", special: true },
      { text: "\nx<a> y", special: false },
      { text: "<a>", special: true },
    ]);
  });

  test("finds no token across the border of two pieces", () => {
    const cut = promptCutter([{ text: "<a>" }]);
    const whole = [{ text: "<a><a>", special: false }];
    expect(cut([fromTemplate("<"), fromClient("a>"), fromClient("<a"), fromTemplate(">")])).toEqual(
      whole,
    );
    expect(cut([fromTemplate("<"), fromTemplate("a><"), fromTemplate("a>")])).toEqual(whole);
  });

  test("takes the longest spelling", () => {
    const cut = promptCutter([{ text: "<a" }, { text: "<a>" }]);
    expect(cut([fromTemplate("<a>")])).toEqual([{ text: "<a>", special: true }]);
  });

  test("drops the white space that a token swallows", () => {
    const cut = promptCutter([
      { text: "<l>", stripsLeft: true },
      { text: "<r>", stripsRight: true },
    ]);
    expect(cut([fromTemplate("a \n<l> b <r>\n"), fromClient(" c")])).toEqual([
      { text: "a", special: false },
      { text: "<l>", special: true },
      { text: " b ", special: false },
      { text: "<r>", special: true },
      { text: "c", special: false },
    ]);
  });

  test("leaves a prompt whole where there are no control tokens", () => {
    expect(promptCutter([])([fromTemplate("a"), fromClient("b")])).toEqual([
      { text: "ab", special: false },
    ]);
  });
});

describe("spellingPattern", () => {
  test("takes every character of a spelling as it is", () => {
    const spellings = [
      "]~!b[",
      "[e~[",
      '<|"|>',
      "a.b*c",
      "\\d",
      "<｜▁｜>",
      "🙂x",
      "(?:)",
      "{1}",
      "^$",
    ];
    const pattern = spellingPattern(spellings);
    for (const spelling of spellings) expect(`-${spelling}-`.match(pattern)).toEqual([spelling]);
  });

  test("stays quick with many spellings and long text", () => {
    const many = Array.from({ length: 2000 }, (_, n) => `<|reserved_special_token_${n}|>`);
    const pattern = spellingPattern(many);
    const start = performance.now();
    expect("<|reserved_special_token_".repeat(20_000).match(pattern)).toBeNull();
    expect(`a${" ".repeat(1_000_000)}b`.match(pattern)).toBeNull();
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
