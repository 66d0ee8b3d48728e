/** @file From one block of Markdown to its tree; no HTML on the way. */
import type { MarkedToken, Token, Tokens } from "marked";
import { hiddenHost, safeAddress } from "./address.ts";
import { decodeEntities, visible } from "./characters.ts";
import { lexBlock } from "./lexer.ts";
import { type MarkdownNode, type PlainTag, textOf } from "./tree.ts";
import { settle } from "./unfinished.ts";

const maxCode = 200_000;
const maxBlock = 100_000;
const maxLines = 2_000;

type BlockOptions = {
  /** The text ends here for now: what is unfinished is shown as it will be. */
  streaming?: boolean;
  /** The definitions that its links may refer to, as Markdown. */
  definitions?: string;
};

/** The tree of one block. */
export function parseBlock(source: string, options: BlockOptions = {}): MarkdownNode[] {
  const { streaming = false, definitions = "" } = options;
  if (isTooLarge(source)) return [{ kind: "plain", text: visible(source) }];
  const shown = streaming ? settle(source) : source;
  const defined = definitions === "" ? shown : `${definitions}\n\n${shown}`;
  return toNodes(lexBlock(defined, streaming), { streaming, inLink: false });
}

function isTooLarge(source: string): boolean {
  if (/^ {0,3}(?:```|~~~)/.test(source)) return source.length > maxCode;
  return source.length > maxBlock || (source.match(/\n/g)?.length ?? 0) > maxLines;
}

type Place = { streaming: boolean; inLink: boolean };

function toNodes(tokens: readonly Token[], place: Place): MarkdownNode[] {
  return joined(tokens.flatMap((token) => toNode(token, place)));
}

/** One string where the lexer has several. */
function joined(nodes: readonly MarkdownNode[]): MarkdownNode[] {
  const all: MarkdownNode[] = [];
  for (const node of nodes) {
    const last = all.at(-1);
    if (typeof node === "string" && typeof last === "string") all[all.length - 1] = last + node;
    else all.push(node);
  }
  return all;
}

function toNode(token: Token, place: Place): MarkdownNode | MarkdownNode[] {
  if (token.type === "math") return toMath(token);
  // The extensions' tokens are dealt with: the rest are marked's own.
  const own = token as MarkedToken;
  switch (own.type) {
    case "space":
    case "def":
      return [];
    case "paragraph":
      return element("p", toNodes(own.tokens, place));
    case "heading":
      return element(headingTag(own.depth), toNodes(own.tokens, place));
    case "blockquote":
      return element("blockquote", toNodes(own.tokens, place));
    case "list":
      return toList(own, place);
    case "list_item":
      return toItem(own, place);
    case "table":
      return toTable(own, place);
    case "code":
      return toCode(own, place);
    case "hr":
    case "br":
      return element(own.type, []);
    case "strong":
    case "em":
    case "del":
      return element(own.type, toNodes(own.tokens, place));
    case "codespan":
      return { kind: "inline-code", text: visible(own.text) };
    case "link":
    case "image":
      return toLink(own, place);
    case "escape":
      return visible(own.text);
    case "html":
      return /^<br\s*\/?>$/i.test(own.raw) ? element("br", []) : visible(own.raw);
    case "text":
      return own.tokens ? toNodes(own.tokens, place) : visible(decodeEntities(own.text));
  }
}

const element = (tag: PlainTag, children: MarkdownNode[]): MarkdownNode => ({
  kind: "element",
  tag,
  children,
});

/** The page has its h1 and h2 already. */
function headingTag(depth: number): PlainTag {
  return depth === 1 ? "h3" : depth === 2 ? "h4" : depth === 3 ? "h5" : "h6";
}

const toMath = (token: Token): MarkdownNode => ({
  kind: "math",
  tex: visible("text" in token ? String(token.text) : ""),
  display: "display" in token && token.display === true,
});

const toList = (list: Tokens.List, place: Place): MarkdownNode => ({
  kind: "list",
  ordered: list.ordered,
  start: list.start === "" ? 1 : list.start,
  items: toNodes(list.items, place),
});

const toItem = (item: Tokens.ListItem, place: Place): MarkdownNode => ({
  kind: "item",
  checked: item.task ? item.checked === true : undefined,
  children: item.tokens.flatMap((token) => {
    const nodes = [toNode(token, place)].flat();
    return item.loose && token.type === "text" ? element("p", nodes) : nodes;
  }),
});

const toTable = (table: Tokens.Table, place: Place): MarkdownNode => ({
  kind: "table",
  align: table.align,
  header: table.header.map((cell) => toNodes(cell.tokens, place)),
  rows: table.rows.map((row) => row.map((cell) => toNodes(cell.tokens, place))),
});

const toCode = (code: Tokens.Code, { streaming }: Place): MarkdownNode => ({
  kind: "code",
  language: visible(/^[\w+#.-]{1,30}/.exec(code.lang ?? "")?.[0] ?? ""),
  text: visible(code.text),
  open: streaming && !/\n {0,3}(?:`{3,}|~{3,})[ \t]*\n*$/.test(code.raw.slice(-200)),
});

/** An image is a link too: to load it would tell its server who reads this, and what. */
function toLink(token: Tokens.Link | Tokens.Image, place: Place): MarkdownNode | MarkdownNode[] {
  const children =
    token.type === "image"
      ? [visible(decodeEntities(token.text || token.href))]
      : toNodes(token.tokens, { ...place, inLink: true });
  const href = place.inLink ? undefined : safeAddress(decodeEntities(token.href));
  if (href === undefined) return children;
  return { kind: "link", href, host: hiddenHost(textOf(children), href), children };
}
