/** @file The lexer of `marked`, with our math, without HTML blocks, and with bounds on its work. */
import {
  Lexer,
  Marked,
  type MarkedOptions,
  type Token,
  type TokenizerObject,
  type TokensList,
} from "marked";
import { displayIn, mathSyntax, paragraphOf } from "./math-syntax.ts";

const maxDepth = 20;
const maxInline = 20_000;
/** In marks squared, which is what marked's search for the ends of emphasis and links costs. */
const maxWork = 300_000;
const maxEmail = 300;

const settings = { finished: settingsFor(false), streaming: settingsFor(true) };

/** The tokens of one block of Markdown. */
export function lexBlock(source: string, streaming: boolean): Token[] {
  return new BoundedLexer(streaming ? settings.streaming : settings.finished).lex(source);
}

function settingsFor(streaming: boolean): MarkedOptions {
  const tokenizer: TokenizerObject = {
    // HTML is shown as the text it is, so a block of it is a paragraph like any other.
    html: () => undefined,
    // To marked, false is "as ever" and undefined is "none here".
    lheading: (source) => (mayUnderline(source) ? false : undefined),
  };
  return new Marked(mathSyntax(streaming), { tokenizer }).defaults;
}

/**
 * Whether the paragraph ahead has a line that makes it a heading, and no formula before that: `=`
 * stands on a line of its own in those. Also spares marked's own, slower search.
 */
function mayUnderline(source: string): boolean {
  const paragraph = paragraphOf(source);
  const line = paragraph.search(/\n {0,3}(?:=+|-+) *(?:\n|$)/);
  const formula = displayIn(paragraph);
  return line >= 0 && (formula < 0 || line < formula);
}

/** Beyond its bounds, Markdown is text: marked's own work grows with the square of what it reads. */
class BoundedLexer extends Lexer {
  private depth = 0;
  private work = 0;

  override blockTokens(source: string, tokens?: Token[], clipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, clipped?: boolean): TokensList;
  override blockTokens(source: string, tokens: Token[] = [], clipped = false): Token[] {
    return this.within(source, tokens, () => super.blockTokens(source, tokens, clipped));
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    const work = this.work + workOf(source);
    if (work > maxWork) return asText(source, tokens);
    this.work = work;
    return this.within(source, tokens, () => super.inlineTokens(source, tokens));
  }

  private within(source: string, tokens: Token[], lex: () => Token[]): Token[] {
    if (this.depth >= maxDepth) return asText(source, tokens);
    this.depth++;
    try {
      return lex();
    } finally {
      this.depth--;
    }
  }
}

function asText(source: string, tokens: Token[]): Token[] {
  if (source !== "") tokens.push({ type: "text", raw: source, text: source });
  return tokens;
}

function workOf(source: string): number {
  if (source.length > maxInline || hasLongEmail(source)) return Number.POSITIVE_INFINITY;
  return (source.match(/[[\]!*_<`~$\\(]/g)?.length ?? 0) ** 2;
}

/** Whether a word holds an `@` so late that the search for its beginning would take long. */
const hasLongEmail = (source: string) =>
  source.length > maxEmail &&
  source.includes("@") &&
  source.split(/\s/).some((word) => word.lastIndexOf("@") > maxEmail);
