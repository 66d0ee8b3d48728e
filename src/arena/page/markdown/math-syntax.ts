/**
 * @file Math in Markdown as extensions of the lexer: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`.
 *
 * A blank line ends every formula, and `$` counts only where it hugs its formula and no digit
 * follows: "$5 and $10" are prices.
 */
import type { MarkedExtension, TokenizerAndRendererExtension, Tokens } from "marked";

const maxFormula = 3_000;
const pairs: readonly [open: string, close: string, display: boolean][] = [
  ["$$", "$$", true],
  ["\\[", "\\]", true],
  ["\\(", "\\)", false],
  ["$", "$", false],
];

type Formula = { raw: string; tex: string; display: boolean };

/** The lexer's extensions; while `streaming`, a formula still open stays text to its end. */
export function mathSyntax(streaming: boolean): MarkedExtension {
  return {
    extensions: [blockMath, inlineMath(streaming)],
    hooks: { emStrongMask: maskFormulas },
  };
}

const blockMath: TokenizerAndRendererExtension = {
  name: "math",
  level: "block",
  start: (source) => {
    const index = displayIn(paragraphOf(source));
    return index < 0 ? undefined : index + 1;
  },
  tokenizer: (source) => {
    const indent = /^ {0,3}(?=\$\$|\\\[)/.exec(source)?.[0];
    if (indent === undefined) return undefined;
    const formula = formulaAt(source, indent.length);
    if (formula === undefined) return undefined;
    const end = indent.length + formula.raw.length;
    const rest = /^[ \t]*(?:\n|$)/.exec(source.slice(end, end + 200))?.[0];
    return rest === undefined ? undefined : token(formula, source.slice(0, end + rest.length));
  },
};

/** What stands before the first blank line. */
export function paragraphOf(source: string): string {
  const end = source.indexOf("\n\n");
  return end < 0 ? source : source.slice(0, end + 1);
}

/** The end of the line before the first display formula of a paragraph, or -1. */
export const displayIn = (paragraph: string) => paragraph.search(/\n {0,3}(?:\$\$|\\\[)/);

const inlineMath = (streaming: boolean): TokenizerAndRendererExtension => ({
  name: "math",
  level: "inline",
  start: (source) => {
    const index = source.indexOf("$");
    return index < 0 ? undefined : index;
  },
  tokenizer: (source) => {
    const formula = formulaAt(source, 0);
    if (formula) return token(formula, formula.raw);
    if (!streaming || !opensLongFormula(source)) return undefined;
    return { type: "text", raw: source, text: source };
  },
});

const token = ({ tex, display }: Formula, raw: string): Tokens.Generic => ({
  type: "math",
  raw,
  text: tex,
  display,
});

export const opensLongFormula = (text: string) => /^(?:\$\$|\\\[|\\\()/.test(text);

/** The formula that starts at `from`, if one does and ends before a blank line. */
export function formulaAt(text: string, from: number): Formula | undefined {
  const pair = pairs.find(([open]) => text.startsWith(open, from));
  if (pair === undefined) return undefined;
  const [open, close, display] = pair;
  const start = from + open.length;
  const end = closeOf(text, start, close);
  if (end < 0) return undefined;
  const tex = text.slice(start, end);
  const fits = open === "$" ? hugs(tex, text.charAt(end + 1)) : tex.trim() !== "";
  return fits ? { raw: text.slice(from, end + close.length), tex: tex.trim(), display } : undefined;
}

const hugs = (tex: string, after: string) =>
  tex !== "" && !/^\s|\s$/.test(tex) && !/[\d$]/.test(after) && !tex.includes("\n\n");

function closeOf(text: string, start: number, close: string): number {
  const limit = Math.min(text.length, start + maxFormula);
  for (let i = start; i < limit; i++) {
    if (text.startsWith(close, i)) return i;
    if (text.charAt(i) === "\\") i++;
    else if (text.charAt(i) === "\n" && /^[ \t]*\n/.test(text.slice(i + 1, i + 80))) return -1;
  }
  return -1;
}

/** Emphasis must not end inside a formula: what is in one counts as letters. */
function maskFormulas(source: string): string {
  if (!/[$\\]/.test(source)) return source;
  let masked = "";
  let copied = 0;
  for (let i = 0; i < source.length; i++) {
    const formula = /[$\\]/.test(source.charAt(i)) ? formulaAt(source, i) : undefined;
    if (formula === undefined) continue;
    masked += `${source.slice(copied, i)}[${"a".repeat(formula.raw.length - 2)}]`;
    i += formula.raw.length - 1;
    copied = i + 1;
  }
  return masked + source.slice(copied);
}
