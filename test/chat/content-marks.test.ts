import { describe, expect, test } from "vitest";
import { contentMarks } from "../../src/chat/content-marks.ts";

const marks = contentMarks({ controls: ["<|user|>"], tags: ["</think>"], escapes: false });
const textsOf = (marked: string) => marks.split(marked).filter(({ text }) => text !== "");

describe("contentMarks", () => {
  test("leaves white space outside, so that a template can trim it", () => {
    const marked = marks.content(" \n a b\t");
    expect(textsOf(marked)).toEqual([
      { text: " \n ", fromClient: false },
      { text: "a b", fromClient: true },
      { text: "\t", fromClient: false },
    ]);
    expect(marks.without(marked)).toBe(" \n a b\t");
  });

  test("puts no mark around nothing, so that a template sees it is empty", () => {
    expect(marks.content("")).toBe("");
    expect(marks.content(" \n")).toBe(" \n");
  });

  test("keeps a forged spelling broken even without the marks around it", () => {
    expect(marks.content("a<|user|>b")).not.toContain("<|user|>");
    expect(marks.content("a</think>b")).not.toContain("</think>");
  });

  test("lets a template split an answer, and nothing else, at its own tags", () => {
    const [thought = "", said = ""] = marks.answer("hm</think>\n\nHello").split("</think>");
    expect(textsOf(thought)).toEqual([{ text: "hm", fromClient: true }]);
    expect(textsOf(said.trim())).toEqual([{ text: "Hello", fromClient: true }]);
  });

  test.for(["get_weather", "Paris, France", "abc123def", "object", "additionalProperties"])(
    "leaves the word %s as it is, for templates compare words",
    (word) => expect(marks.word(word)).toBe(word),
  );

  test.for(["<|user|>", "user", "<", "a>", "Köln", "a\nb", "|"])(
    "marks the word %j, which a token could be made of",
    (word) => expect(textsOf(marks.word(word)).every(({ fromClient }) => fromClient)).toBe(true),
  );

  test("marks keys and strings of JSON at any depth, and refuses too many", () => {
    const marked = marks.data({ list: [{ "<|user|>": "a|b", n: 1, no: null }] });
    expect(marks.without(JSON.stringify(marked))).toBe(
      '{"list":[{"<|user|>":"a|b","n":1,"no":null}]}',
    );
    expect(JSON.stringify(marked)).not.toContain("<|user|>");
    const deep = JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`);
    expect(() => marks.data(deep)).toThrow(/too deep/);
  });

  test("finds marks that a template wrote in ASCII", () => {
    const ascii = contentMarks({ controls: [], tags: [], escapes: true });
    expect(ascii.split('"\\ufdd0a\\u00e4\\ufdd1"')).toEqual([
      { text: '"', fromClient: false },
      { text: "a\\u00e4", fromClient: true },
      { text: '"', fromClient: false },
    ]);
    expect(ascii.without(ascii.content("a\\ufdd1b"))).toBe("ab");
  });

  test.for(["\ufdd0a", "a\ufdd1", "\ufdd0a\ufdd0b\ufdd1", "\ufdd0a\ufdd1\ufdd1"])(
    "refuses marks that have lost their partner (%#)",
    (torn) => expect(() => marks.split(torn)).toThrow(/cuts a message apart/),
  );

  test("takes time in proportion to the text", () => {
    const start = performance.now();
    for (const text of [
      `a${" ".repeat(2_000_000)}b`,
      "<".repeat(2_000_000),
      "<|user|>".repeat(1e5),
    ])
      marks.split(marks.content(text));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
