/** @file Messages without what the page had around them. */
import { describe, expect, test } from "vitest";
import { cleanText } from "../../src/data/answer-text.ts";

describe("cleanText", () => {
  test.for([
    ["<p>1 &lt; 2</p>", "1 < 2"],
    ['<div class="markdown prose"><p>Hi</p></div>', "Hi"],
    ["2 / 3<p>Hi</p>", "<p>Hi</p>"],
    ["2 / 3Hello", "Hello"],
    ["It is 2 / 3 of it", "It is 2 / 3 of it"],
    ["HelloCopy12 chars / 3 words", "Hello"],
    ["```\npythonCopy codeprint(1)\n```", "```python\nprint(1)\n```"],
    [
      "```bashCopy codeCopy code\nls\n```\nand\n```\nCopy codex\n```",
      "```bash\nls\n```\nand\n```\nx\n```",
    ],
    ["See:\n```python\n```", "See:"],
    ["a\n\n\n\n\n\nb", "a\n\n\nb"],
    ["  x \n", "x"],
  ])("makes of %j: %j", ([text, cleaned]) => {
    expect(cleanText(text ?? "", "auto")).toBe(cleaned);
  });

  test.for([
    "a < b && c > d",
    "use <div> here",
    "<- that way",
    "#include <stdio.h>",
    "    indented\n  less\n\ntext",
  ])("does not take for HTML what is none: %j", (text) => {
    expect(cleanText(text, "auto")).toBe(text.trim());
  });

  test("does as it is told about HTML", () => {
    expect(cleanText("use <b>this</b>, a  b", "always")).toBe("use **this**, a b");
    expect(cleanText("<p>a</p>", "never")).toBe("<p>a</p>");
  });

  test.for(["```", "<", "\n", "1 / ", "Copy1", "```a"])(
    "takes no long time over a million %j",
    (piece) => {
      const started = performance.now();
      cleanText(piece.repeat(1_000_000 / piece.length), "auto");
      expect(performance.now() - started).toBeLessThan(2000);
    },
  );
});
