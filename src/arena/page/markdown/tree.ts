/** @file What a Markdown answer is to the page: a plain tree of the few things that it may show. */

export type Align = "center" | "left" | "right" | null;
export type PlainTag =
  | "p"
  | "h3"
  | "h4"
  | "h5"
  | "h6"
  | "blockquote"
  | "strong"
  | "em"
  | "del"
  | "hr"
  | "br";

export type MarkdownNode =
  | string
  | { kind: "element"; tag: PlainTag; children: MarkdownNode[] }
  | { kind: "list"; ordered: boolean; start: number; items: MarkdownNode[] }
  | { kind: "item"; checked: boolean | undefined; children: MarkdownNode[] }
  | { kind: "link"; href: string; host: string | undefined; children: MarkdownNode[] }
  | { kind: "table"; align: Align[]; header: MarkdownNode[][]; rows: MarkdownNode[][][] }
  | { kind: "inline-code"; text: string }
  /** `open`: more of it may come. */
  | { kind: "code"; language: string; text: string; open: boolean }
  | { kind: "math"; tex: string; display: boolean }
  /** Too large or too deep to be read as Markdown. */
  | { kind: "plain"; text: string };

/** The words of a tree, without its form. */
export function textOf(nodes: readonly MarkdownNode[]): string {
  return nodes.map((node) => (typeof node === "string" ? node : textOfNode(node))).join("");
}

function textOfNode(node: Exclude<MarkdownNode, string>): string {
  switch (node.kind) {
    case "list":
      return textOf(node.items);
    case "table":
      return [node.header, ...node.rows].flat().map(textOf).join(" ");
    case "math":
      return node.tex;
    case "inline-code":
    case "code":
    case "plain":
      return node.text;
    default:
      return textOf(node.children);
  }
}
