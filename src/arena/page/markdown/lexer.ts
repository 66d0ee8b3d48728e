/** @file The lexer of `marked`, with our math, without HTML blocks, and with bounds on its work. */
import { Lexer, Marked, type MarkedOptions, type Token, type TokensList } from "marked";
import { mathSyntax } from "./math-syntax.ts";

const maxDepth = 20;
const maxInline = 20_000;
const maxMarks = 2_000;

const settings = { finished: settingsFor(false), streaming: settingsFor(true) };

/** The tokens of one block of Markdown. */
export function lexBlock(source: string, streaming: boolean): Token[] {
  return new BoundedLexer(streaming ? settings.streaming : settings.finished).lex(source);
}

function settingsFor(streaming: boolean): MarkedOptions {
  // HTML is shown as the text it is, so a block of it is a paragraph like any other.
  return new Marked(mathSyntax(streaming), { tokenizer: { html: () => undefined } }).defaults;
}

/** Beyond its bounds, Markdown is text: marked's own work grows with the square of what it reads. */
class BoundedLexer extends Lexer {
  private depth = 0;

  override blockTokens(source: string, tokens?: Token[], clipped?: boolean): Token[];
  override blockTokens(source: string, tokens?: TokensList, clipped?: boolean): TokensList;
  override blockTokens(source: string, tokens: Token[] = [], clipped = false): Token[] {
    return this.within(source, tokens, () => super.blockTokens(source, tokens, clipped));
  }

  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    if (isTooMuch(source)) return asText(source, tokens);
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

function isTooMuch(source: string): boolean {
  if (source.length > maxInline) return true;
  return source.length > maxMarks && (source.match(/[[\]!*_<`~$\\]/g)?.length ?? 0) > maxMarks;
}
