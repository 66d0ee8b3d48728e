/**
 * @file What a hostile answer can put on the page: words. Every payload is drawn whole and at each
 * letter of its coming, since what is half there may mean what the whole never does.
 */
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, test } from "vitest";
import { payloads } from "./payloads.ts";

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
