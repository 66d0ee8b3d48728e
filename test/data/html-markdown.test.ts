/** @file Pages as Markdown, element by element. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { htmlToMarkdown, TooDeepError } from "../../src/data/html-markdown.ts";

describe("htmlToMarkdown", () => {
  test.for([
    [
      "<p>Hello <b>bold </b>and <em>it</em>.</p><p>Next<br>line</p>",
      "Hello **bold** and *it*.\n\nNext\nline",
    ],
    ["<div>a</div><div>b</div>", "a\n\nb"],
    ["a <span>b</span>\n\n  c", "a b c"],
    ["<h2>Title</h2>text<hr>more", "## Title\n\ntext\n\n---\n\nmore"],
    ["<ul>\n<li>x</li>\n<li>y</li>\n</ul>z", "- x\n- y\n\nz"],
    [
      "<ol start=3><li>x</li><li>y<ul><li>a</li><li>b</li></ul></li></ol>",
      "3. x\n4. y\n   - a\n   - b",
    ],
    ["<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"],
    [
      'see <a href="http://x.org">x</a> and <a href="http://y.org">http://y.org</a>',
      "see [x](http://x.org) and http://y.org",
    ],
    ['<img src="a.png" alt="A">', "![A](a.png)"],
    ["<code>x</code> and <code>a`b</code>", "`x` and `` a`b ``"],
    ["<del>no</del> <i> </i>yes", "~~no~~ yes"],
    ["2 * 3 &lt; 4 &amp; _so_ &nbsp;on", "2 * 3 < 4 & _so_ \u00a0on"],
    ["<script>alert(1)</script><style>b {}</style>text<svg><path/>x</svg>", "text"],
    ["<p>open <b>never closed", "open **never closed**"],
    ["</div></p>stray", "stray"],
    ["", ""],
    [
      "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td>x|y</td></tr></tbody></table>",
      "| A | B |\n| --- | --- |\n| 1 | x\\|y |",
    ],
  ])("writes %j as %j", ([html, markdown]) => {
    expect(htmlToMarkdown(html ?? "")).toBe(markdown);
  });

  test.for([
    [
      "<pre><code>if (a &lt; b) {\n    go();\n}\n</code></pre>",
      "```\nif (a < b) {\n    go();\n}\n```",
    ],
    ['<pre><code class="hljs language-js">  a();</code></pre>', "```js\n  a();\n```"],
    [
      '<pre><div><span>python</span><button>Copy code</button></div><div><code class="hljs"><span>def</span> f():\n    pass</code></div></pre>',
      "```python\ndef f():\n    pass\n```",
    ],
    ["<pre>```\nx\n```</pre>", "````\n```\nx\n```\n````"],
    ["<p>a</p><pre> </pre><p>b</p>", "a\n\nb"],
  ])("keeps code as it stands: %j", ([html, markdown]) => {
    expect(htmlToMarkdown(html ?? "")).toBe(markdown);
  });

  test("refuses what is nested beyond any sense", () => {
    expect(htmlToMarkdown(`${"<b>".repeat(100)}x`)).toContain("x");
    expect(() => htmlToMarkdown(`${"<b>".repeat(1000)}x`)).toThrow(TooDeepError);
  });

  test("leaves plain text as it is, and takes time in proportion", () => {
    const sentence = fc.stringMatching(/^[a-z*_.]{1,8}( [a-z*_.]{1,8}){0,5}$/);
    fc.assert(
      fc.property(sentence, (text) => {
        expect(htmlToMarkdown(text)).toBe(text);
      }),
    );
    const started = performance.now();
    htmlToMarkdown("<p>a <b>b</b></p>".repeat(50_000));
    expect(performance.now() - started).toBeLessThan(5000); // a copy for each paragraph took 9 s
  });

  test("never fails on anything shallow", () => {
    const tag = fc.constantFrom(
      "p",
      "b",
      "pre",
      "code",
      "ul",
      "ol",
      "li",
      "table",
      "tr",
      "td",
      "a",
      "div",
    );
    const piece = fc.oneof(
      tag.map((name) => `<${name}>`),
      tag.map((name) => `</${name}>`),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(typeof htmlToMarkdown(pieces.join(""))).toBe("string");
      }),
    );
  });
});
