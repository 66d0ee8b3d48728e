/** @file Answers as Markdown: what the tree of a text is, whole, in blocks, and while it is coming. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hiddenHost, safeAddress } from "../../../src/arena/page/markdown/address.ts";
import { definitionsOf, splitBlocks } from "../../../src/arena/page/markdown/blocks.ts";
import { parseBlock } from "../../../src/arena/page/markdown/parse.ts";
import { type MarkdownNode, textOf } from "../../../src/arena/page/markdown/tree.ts";

const parse = (text: string, streaming = false): MarkdownNode[] => {
  const blocks = splitBlocks(text);
  const definitions = definitionsOf(blocks);
  return blocks.flatMap((block, index) =>
    parseBlock(block, { streaming: streaming && index === blocks.length - 1, definitions }),
  );
};
const inline = (text: string, streaming = false) => {
  const [node] = parse(text, streaming);
  return typeof node === "object" && node.kind === "element" ? node.children : [];
};
const strong = (...children: MarkdownNode[]): MarkdownNode => ({
  kind: "element",
  tag: "strong",
  children,
});
const em = (...children: MarkdownNode[]): MarkdownNode => ({
  kind: "element",
  tag: "em",
  children,
});
const math = (tex: string, display = false): MarkdownNode => ({ kind: "math", tex, display });

describe("Markdown", () => {
  test("starts its headings below those of the page", () => {
    const tags = parse("# a\n\n## b\n\n### c\n\n###### d").map((node) =>
      typeof node === "object" && node.kind === "element" ? node.tag : "",
    );
    expect(tags).toEqual(["h3", "h4", "h5", "h6"]);
  });

  test("has tables with alignment, task lists, numbered lists from any number", () => {
    expect(parse("| a | b |\n|:-:|--:|\n| 1 | **2** |")).toEqual([
      {
        kind: "table",
        align: ["center", "right"],
        header: [["a"], ["b"]],
        rows: [[["1"], [strong("2")]]],
      },
    ]);
    const item = (checked: boolean, text: string) => ({ kind: "item", checked, children: [text] });
    expect(parse("- [x] a\n- [ ] b")).toEqual([
      { kind: "list", ordered: false, start: 1, items: [item(true, "a"), item(false, "b")] },
    ]);
    expect(parse("7. a")).toMatchObject([{ kind: "list", ordered: true, start: 7 }]);
  });

  test("reads an entity once, and shows HTML as the text it is", () => {
    expect(textOf(parse("a &lt;b&gt; &amp;lt; &#x41; &nope; `&lt;`"))).toBe(
      "a <b> &lt; A &nope; &lt;",
    );
    expect(textOf(parse("<div onclick=x>**a**</div>\n\n<!-- b -->"))).toBe(
      "<div onclick=x>a</div><!-- b -->",
    );
    expect(inline("a<br>b")).toEqual(["a", { kind: "element", tag: "br", children: [] }, "b"]);
  });

  test("shows what would turn the text around", () => {
    expect(textOf(parse("a\u202eb `\u2066c`\n\n```\n\u202d\n```"))).toBe("a\ufffdb \ufffdc\ufffd");
  });

  test("finds the definition of a link in another block", () => {
    const [paragraph] = parse("see [it][1]\n\n[1]: https://a.example/x");
    expect(paragraph).toMatchObject({
      children: ["see ", { kind: "link", href: "https://a.example/x", children: ["it"] }],
    });
  });

  test("never loads an image: it is a link to it", () => {
    expect(inline("![cat](https://a.example/?q=1)")).toEqual([
      { kind: "link", href: "https://a.example/?q=1", host: undefined, children: ["cat"] },
    ]);
  });

  test("cuts no block in two", () => {
    const pieces = [
      "text",
      "- item",
      "  more",
      "    deep",
      "1. one",
      "> quote",
      "```js",
      "```",
      "~~~",
      "# title",
      "| a |",
      "|---|",
      "$$",
      "x = 1",
      "---",
      "===",
      "\\[",
      "\\]",
      "[a]: https://b.example",
      "<div>",
      "   - c",
      "  ```",
      "**b",
      " ",
    ];
    const lines = fc.array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom("\n", "\n\n")));
    fc.assert(
      fc.property(lines, (parts) => {
        const text = parts.flat().join("");
        expect(parse(text)).toEqual(parseBlock(text));
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});

describe("An address", () => {
  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\u0001javascript:alert(1)",
    "\u200bjavascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://a.example/1",
    "mailto:a@b.example",
    "ftp://a.example",
    "/admin",
    "//a.example",
    "https://bank.example@evil.example/",
    "https://",
    "",
  ])("%j is not linked", (href) => {
    expect(safeAddress(href)).toBeUndefined();
  });

  test("says where it leads when its label names another host", () => {
    const evil = "https://evil.example/";
    expect(hiddenHost("https://bank.example/login", evil)).toBe("evil.example");
    expect(hiddenHost("bank.example", evil)).toBe("evil.example");
    expect(hiddenHost("evil.example", evil)).toBeUndefined();
    expect(hiddenHost("www.evil.example/a", evil)).toBeUndefined();
    expect(hiddenHost("evil.example", "https://\u0435vil.example/")).toBe("xn--vil-qdd.example");
    expect(hiddenHost("the bank", evil)).toBeUndefined();
  });
});

describe("Math", () => {
  test.each<[string, MarkdownNode[]]>([
    ["$x^2$", [math("x^2")]],
    ["\\(x\\)", [math("x")]],
    ["a $$x$$ b", ["a ", math("x", true), " b"]],
    ["a \\[x\\] b", ["a ", math("x", true), " b"]],
    ["*a $b*c$ d*", [em("a ", math("b*c"), " d")]],
    ["$a_1 + b_1$ and $c_2$", [math("a_1 + b_1"), " and ", math("c_2")]],
    ["$\\$5$", [math("\\$5")]],
  ])("%s", (text, nodes) => {
    expect(inline(text)).toEqual(nodes);
  });

  test.each(["$$\na\n=\nb\n$$", "\\[\na\n=\nb\n\\]"])("%j is a block", (text) => {
    expect(parse(text)).toEqual([math("a\n=\nb", true)]);
    expect(parse(`So:\n${text}\nThus`)).toHaveLength(3);
  });

  test.each([
    "$5 and $10",
    "\\$5 and \\$6$",
    "$ x $",
    "`$x$`",
    "```\n$x$\n```",
    "$x$5",
    "$$",
    "\\(a",
  ])("%j is none", (text) => {
    expect(JSON.stringify(parse(text))).not.toContain('"math"');
  });
});

describe("While it is coming", () => {
  test.each<[string, MarkdownNode[]]>([
    ["**bold", [strong("bold")]],
    ["**bold ", [strong("bold")]],
    ["**bold*", [strong("bold")]],
    ["a **", ["a "]],
    ["**a *b", [strong("a ", em("b"))]],
    ["***a**", [em(strong("a"))]],
    ["a **b *c**", ["a ", strong("b ", em("c"))]],
    ["a\n1. **", ["a"]],
    ["a `co", ["a ", { kind: "inline-code", text: "co" }]],
    ["a ``co`", ["a ", { kind: "inline-code", text: "co" }]],
    ["a [text](http", ["a text"]],
    ["a [text", ["a text"]],
    ["a [te **xt](", ["a te ", strong("xt")]],
    ["a ![alt](x", ["a alt"]],
    ["a [b][c", ["a b"]],
    ["$$a_1 *b* c_1", ["$$a_1 *b* c_1"]],
    ["a \\[b_1 *c", ["a \\[b_1 *c"]],
    ["2*3 rows[0", ["2*3 rows[0"]],
    ["a &am", ["a "]],
    ["| a | b |\n|--", ["| a | b |"]],
    ["a\n-", ["a"]],
    ["a\n``", ["a"]],
  ])("%j", (text, nodes) => {
    expect(inline(text, true)).toEqual(nodes);
  });

  test("a code block is one from its first line, and open until its last", () => {
    const code = { kind: "code", language: "js", text: "a", open: true };
    expect(parse("```j", true)).toEqual([{ ...code, language: "", text: "" }]);
    expect(parse("```js\na", true)).toEqual([code]);
    expect(parse("```js\na\n``", true)).toEqual([code]);
    expect(parse("```js\na\n```", true)).toEqual([{ ...code, open: false }]);
    expect(parse("```js\na", false)).toEqual([{ ...code, open: false }]);
  });

  test("no word that was there is gone with the next one", () => {
    const text =
      "# A **b** c\n\nSome *text* with `code`, [a link](https://a.example) and $x^2$.\n\n- **One**: 1\n- [ ] two\n\n| a | b |\n|---|---|\n| 1 | **2** |\n\n```js\nlet a = 1;\n```\nEnd.";
    let words: readonly string[] = [];
    for (let end = 1; end <= text.length; end++) {
      const now: readonly string[] =
        textOf(parse(text.slice(0, end), true)).match(/[a-z]{2,}/gi) ?? [];
      expect(words.slice(0, -1).filter((word) => !now.includes(word))).toEqual([]);
      words = now;
    }
  });
});

describe("Its bounds", () => {
  const many = (text: string, count: number) => text.repeat(count);
  const lines = (text: string) => many(text, 1_990);
  test.each([
    ["quotes", many(">", 1e5)],
    ["quotes with spaces", many("> ", 49_000)],
    ["lists", many("- ", 49_000)],
    ["nested lists", Array.from({ length: 300 }, (_, i) => `${many("  ", i)}- a`).join("\n")],
    ["a line of 1 MB", many("a", 1e6)],
    ["words of 1 MB", many("word ", 2e5)],
    ["brackets", many("[", 1e5)],
    ["images", many("![", 9_000)],
    ["emphasis", many("*a ", 600)],
    ["emphasis inside emphasis", many("**a *b ", 150)],
    ["backticks", Array.from({ length: 190 }, (_, i) => many("`", i)).join(" ")],
    ["comments", many("<!--", 4_000)],
    ["instructions", many("<?", 9_000)],
    ["dollars", many("$a ", 6_000)],
    ["links", many("[a](b ", 3_000)],
    ["parentheses", `[a](${many("(", 9_000)}`],
    ["an e-mail", `${many("a", 19_000)}@`],
    ["spaces", `${many(" ", 99_000)}a`],
    ["HTML", lines("<div>\n")],
    ["formulas", lines("\n$$")],
    ["a table", `|a|b|\n|-|-|\n${lines("|1|2|\n")}`],
    ["quotes and lines", lines("> a\nb\n").slice(0, 8_000)],
  ])("%s", (_, text) => {
    for (const streaming of [false, true]) {
      const began = performance.now();
      parse(text, streaming);
      expect(performance.now() - began).toBeLessThan(500); // 50 on an idle machine
    }
  });

  test("lose no text", () => {
    expect(textOf(parse(many("*a ", 2_000)))).toContain(many("*a ", 1_900));
    expect(parse(many("a", 2e5))).toMatchObject([{ kind: "plain" }]);
  });
});
