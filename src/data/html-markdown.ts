/**
 * @file HTML as Markdown: what an answer looked like on a page, as a model should write it.
 *
 * Text is not escaped: `2 * 3` is to be learned as it was said. Within `pre` only the text counts.
 */
import { Parser } from "htmlparser2";

/** The text nests its elements so deep that nobody can have meant it. */
export class TooDeepError extends Error {
  override readonly name = "TooDeepError";
}

/** No page nests so deep, and each level costs a copy of what is inside it. */
const maxDepth = 200;

/** @throws {TooDeepError} more than 200 elements are open at once. */
export function htmlToMarkdown(html: string): string {
  const writer = new MarkdownWriter();
  const parser = new Parser({
    onopentag: (name, attributes) => writer.open(name, attributes),
    ontext: (text) => writer.text(text),
    onclosetag: (name) => writer.close(name),
  });
  parser.end(html);
  return writer.finish();
}

/** An element that is open, and what it holds so far. */
type Frame = {
  tag: string;
  attributes: Record<string, string>;
  /** In pieces: one growing text would be copied for each look at its end. */
  parts: string[];
  /** Line ends owed before what comes next. */
  gap: number;
  /** Of a list: the number of its next item; null where items have none. */
  next: number | null;
  /** Of a table: its rows; of a row: its cells. */
  rows: string[][];
  /** Of code. */
  language?: string | undefined;
};

const marks = new Map([
  ["b", "**"],
  ["strong", "**"],
  ["i", "*"],
  ["em", "*"],
  ["del", "~~"],
  ["s", "~~"],
  ["code", "`"],
]);
const headings = ["h1", "h2", "h3", "h4", "h5", "h6"];
const blocks = ["p", "div", "section", "article", "figure", "dl", "dt", "dd", ...headings];
const framed = new Set([
  ...marks.keys(),
  ...blocks,
  ...["a", "pre", "blockquote", "ul", "ol", "li", "table", "tr", "td", "th"],
]);
const silent = new Set(["script", "style", "head", "template", "svg", "noscript"]);

class MarkdownWriter {
  readonly #frames: Frame[] = [frame("", {})];
  /** Elements open whose content says nothing. */
  #silent = 0;
  #isPre = false;

  open(tag: string, attributes: Record<string, string>): void {
    if (silent.has(tag)) this.#silent++;
    if (this.#silent > 0) return;
    if (tag === "br") this.#top.parts.push("\n");
    if (this.#isPre && tag === "code") this.#top.language ??= languageIn(attributes.class);
    if (this.#isPre) return;
    if (tag === "hr") this.#block("---");
    if (tag === "img") this.#inline(`![${attributes.alt ?? ""}](${attributes.src ?? ""})`);
    if (framed.has(tag)) this.#push(tag, attributes);
  }

  text(text: string): void {
    if (this.#silent > 0) return;
    if (this.#isPre) this.#top.parts.push(text);
    else this.#inline(text.replace(/[ \t\r\n\f]+/g, " "));
  }

  close(tag: string): void {
    if (silent.has(tag)) this.#silent--;
    if (this.#silent > 0 || this.#top.tag !== tag || this.#frames.length === 1) return;
    if (tag === "pre") this.#isPre = false;
    const closed = this.#frames.pop();
    if (closed) this.#place(closed);
  }

  finish(): string {
    return this.#top.parts.join("").trim();
  }

  get #top(): Frame {
    return this.#frames[this.#frames.length - 1] as Frame; // the first one is never closed
  }

  #push(tag: string, attributes: Record<string, string>): void {
    if (this.#frames.length > maxDepth) throw new TooDeepError();
    if (tag === "pre") this.#isPre = true;
    this.#frames.push(frame(tag, attributes));
  }

  #place(closed: Frame): void {
    const { tag, attributes } = closed;
    const out = closed.parts.join("");
    const text = out.trim();
    const mark = marks.get(tag);
    if (tag === "pre") this.#block(fenced(out, closed.language));
    else if (mark) this.#inline(around(out, (inner) => marked(inner, mark)));
    else if (tag === "a") this.#inline(around(out, (inner) => linked(inner, attributes.href)));
    else if (tag === "td" || tag === "th") this.#top.rows.push([toCell(text)]);
    else if (tag === "tr") this.#top.rows.push(closed.rows.flat());
    else if (tag === "table") this.#block(toTable(closed.rows));
    else if (tag === "li") this.#item(text);
    else if (tag === "ul" || tag === "ol") this.#block(text, this.#top.tag === "li" ? 1 : 2);
    else if (tag === "blockquote") this.#block(text.replace(/^/gm, "> ").replace(/ $/gm, ""));
    else if (headings.includes(tag)) this.#block(text && `${"#".repeat(Number(tag[1]))} ${text}`);
    else this.#block(text);
  }

  #inline(text: string): void {
    const top = this.#top;
    const begins = top.gap > 0 || /^\s?$/.test(top.parts.at(-1)?.slice(-1) ?? "");
    const isMark = marks.has(top.tag) || top.tag === "a"; // its spaces go outside, see around()
    const kept = begins && !(isMark && top.parts.length === 0) ? text.replace(/^ +/, "") : text;
    if (kept === "") return;
    this.#breakLines();
    top.parts.push(kept);
  }

  #block(text: string, gap = 2): void {
    const top = this.#top;
    top.gap = Math.max(top.gap, gap);
    if (text === "") return;
    this.#breakLines();
    top.parts.push(text);
    top.gap = gap;
  }

  #item(text: string): void {
    const list = this.#top;
    const marker = list.next === null ? "- " : `${list.next++}. `;
    this.#block(marker + text.replace(/\n(?=[^\n])/g, `\n${" ".repeat(marker.length)}`), 1);
  }

  #breakLines(): void {
    const { parts, gap } = this.#top;
    this.#top.gap = 0;
    if (gap === 0) return;
    while (parts.at(-1)?.trim() === "") parts.pop();
    const last = parts.pop();
    if (last !== undefined) parts.push(last.trimEnd(), "\n".repeat(gap));
  }
}

function frame(tag: string, attributes: Record<string, string>): Frame {
  const start = Number.parseInt(attributes.start ?? "", 10);
  const next = tag === "ol" ? (Number.isNaN(start) ? 1 : start) : null;
  return { tag, attributes, parts: [], gap: 0, next, rows: [] };
}

/** Markdown's marks must touch what they mark. */
function around(text: string, write: (inner: string) => string): string {
  const inner = text.trim();
  if (inner === "") return text && " ";
  const at = text.indexOf(inner);
  return text.slice(0, at) + write(inner) + text.slice(at + inner.length);
}

function marked(inner: string, mark: string): string {
  return mark === "`" && inner.includes("`") ? `\`\` ${inner} \`\`` : mark + inner + mark;
}

const linked = (inner: string, href = "") =>
  href === "" || href === inner ? inner : `[${inner}](${href})`;

/** ChatGPT's page had the language and a button's words before the code. */
function fenced(out: string, stated = ""): string {
  const [, language = stated, code = ""] =
    /^\s*?(?:([\w+#.-]{0,30}?)(?:Copy code)+)?\n*([\s\S]*)$/.exec(out) ?? [];
  const body = code.trimEnd();
  const fence = body.includes("```") ? "````" : "```";
  return body === "" ? "" : `${fence}${language}\n${body}\n${fence}`;
}

const languageIn = (names = "") => /\blanguage-([\w+#.-]{1,30})/.exec(names)?.[1];

const toCell = (text: string) => text.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");

function toTable(rows: readonly string[][]): string {
  const [header, ...body] = rows.filter((row) => row.length > 0);
  if (!header) return "";
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...body.map(line)].join("\n");
}
