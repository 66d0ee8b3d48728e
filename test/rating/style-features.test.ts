import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markdownCounts } from "../../src/rating/style-features.ts";
import golden from "../fixtures/arena-ratings.json" with { type: "json" };
import fastchat from "../fixtures/fastchat-markdown.json" with { type: "json" };

/** FastChat's regular expressions in JavaScript's words. */
function byRegExp(text: string) {
  const space =
    "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
  const lineStart = "(?<![^\\n])";
  let prose = text;
  for (const [, block] of text.matchAll(/```([^`]*)```/g))
    if (block) prose = prose.replaceAll(block, "");
  const count = (pattern: string) => [...prose.matchAll(new RegExp(pattern, "gu"))].length;
  const header = (k: number) => count(`${lineStart}#{${k}}${space}`);
  return {
    header: {
      h1: header(1),
      h2: header(2),
      h3: header(3),
      h4: header(4),
      h5: header(5),
      h6: header(6),
    },
    list: {
      ordered: count(`${lineStart}${space}*\\p{Nd}+\\.${space}`),
      unordered: count(`${lineStart}${space}*[\\-*+]${space}`),
    },
    bold: { "**": count("\\*\\*[^*\\n]+\\*\\*"), __: count("__[^_\\n]+__") },
  };
}

const length = 200_000;
const filled = (piece: string) => piece.repeat(Math.ceil(length / piece.length));
const numbered = (piece: (i: number) => string, count: number) =>
  Array.from({ length: count }, (_, i) => piece(i)).join("");
const hostile: [string, string][] = [
  ["stars", filled("*")],
  ["backticks", filled("`")],
  ["newlines and spaces", filled("\n ")],
  ["spaces that only Python knows", filled("\u2003\u001c")],
  ["digits", filled("1")],
  ["number signs", filled("#")],
  ["open passages", filled("__a")],
  ["open fences", filled("```a")],
  ["one block again and again", filled("```ab```")],
  ["twenty thousand blocks", numbered((i) => `\`\`\`${i.toString(36)}\`\`\``, 20_000)],
  ["blocks that are nearly everywhere", numbered((i) => `\`\`\`a${i}\`\`\``, 4_000) + filled("a")],
];

describe("markdownCounts", () => {
  test.for([...golden.markdown_counts.cases, ...fastchat.cases])(
    "counts as FastChat: %j",
    (one) => {
      const { header_count_a: header, list_count_a: list, bold_count_a: bold } = one.counts;
      expect(markdownCounts(one.text).kinds).toEqual({ header, list, bold });
    },
  );

  test("adds the kinds up", () => {
    expect(markdownCounts("# a\n### b\n- c\n1. d\n+ e\n**f** __g__ __h__")).toMatchObject({
      header: 2,
      list: 3,
      bold: 3,
    });
  });

  test("removes a block's text wherever it occurs, as FastChat does", () => {
    expect(markdownCounts("```- ```\n- gone").list).toBe(0);
    expect(markdownCounts("```- x```\n- stays").list).toBe(1);
  });

  test("counts a list after blank lines once", () => {
    expect(markdownCounts("\n \n\t\n  - a\n\n\n1.\n2. b").kinds.list).toEqual({
      ordered: 2,
      unordered: 1,
    });
  });

  test.for([
    "`a",
    "`ab\n",
    "*a\n ",
    "_a \n",
    "#\n a",
    "-*+ \n1.",
    "1.\n \t２x",
    "`*_#-1. \nａ\u2028\ufeff\u0085\r",
  ])("agrees with the regular expressions on any text of %j", (alphabet) => {
    const unit = fc.constantFrom(...alphabet, "```");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        expect(markdownCounts(text).kinds).toEqual(byRegExp(text));
      }),
      { numRuns: 500 },
    );
  });

  test.for(hostile)("counts 200 kB of %s in a moment", ([, text]) => {
    const fastest = Math.min(...[1, 2, 3].map(() => timeMs(() => markdownCounts(text))));
    expect(fastest).toBeLessThan(100);
  });
});

function timeMs(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
