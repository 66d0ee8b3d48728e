/**
 * @file HTML from templates: whatever is put into one is text, and becomes markup only by coming
 * from another.
 */
import { toPrintable } from "./printable.ts";

/** HTML that may stand in a page as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = string | number | Markup | readonly Content[];

/** A template literal as HTML; strings in it are escaped, lists follow one another. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const texts = contents.map((content, at) => toHtml(content) + (parts[at + 1] ?? ""));
  return new Markup((parts[0] ?? "") + texts.join(""));
}

/** Nothing; what stands where a part is left out. */
export const nothing = new Markup("");

function toHtml(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === "string") return escapeText(content);
  return typeof content === "number" ? `${content}` : content.map(toHtml).join("");
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeText = (text: string) =>
  toPrintable(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
