/**
 * @file A query and a document as one text, the way a ranking model was trained to read them.
 *
 * Source: llama-server v0.5.0, `format_prompt_rerank`.
 */
import type { PromptSegment } from "../../chat/chat-format.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { Vocab } from "../../llama/vocab.ts";

/** In tokens; what is longer loses its end, or with `fromLeft` its beginning. */
export type PairLimits = { document?: number; pair?: number; fromLeft?: boolean };

export type PairBuilder = {
  /** Tokens of a pair without its document: the query and all marks. */
  readonly taken: number;
  /** The pair of the query and `document`. */
  build(document: string, limits?: PairLimits): Int32Array;
};

/**
 * Reads the query once, for all documents.
 *
 * @param template The model's own, with `{query}` and `{document}` in it; without one the model's
 *                 marks for pairs of texts stand between and around the two.
 */
export function pairBuilder(vocab: Vocab, query: string, template?: string): PairBuilder {
  return template === undefined ? markedPairs(vocab, query) : templatePairs(vocab, query, template);
}

/** `bos query eos sep document eos`, of these marks the ones that the vocabulary adds. */
function markedPairs(vocab: Vocab, query: string): PairBuilder {
  const text = (plain: string) => vocab.encode(plain, false, false);
  const known = (...tokens: number[]) => Int32Array.from(tokens.filter((token) => token >= 0));
  const { sep, eos } = vocab.pairMarks;
  const head = joined([vocab.addsBos ? known(vocab.bos) : known(), text(query), known(eos, sep)]);
  const end = known(eos);
  const taken = head.length + end.length;
  return {
    taken,
    build: (document, limits = {}) =>
      joined([head, cut(text(document), roomOf(limits, taken), limits.fromLeft), end]),
  };
}

/** Neither text can spell one of the template's control tokens. */
function templatePairs(vocab: Vocab, query: string, template: string): PairBuilder {
  const whole = templateFiller(vocab, query, template);
  const taken = whole("").length;
  const build = (document: string, limits: PairLimits = {}) => {
    const pair = whole(document);
    const limit = Math.min(limits.pair ?? pair.length, taken + (limits.document ?? pair.length));
    if (pair.length <= limit) return pair;
    const tokens = vocab.tokenizeText(document);
    return fitted(limit, roomOf(limits, taken), (room) =>
      whole(wholeCharacters(vocab.detokenize(cut(tokens, room, limits.fromLeft)))),
    );
  };
  return { taken, build };
}

/** What is the same in all pairs is tokenised here, what touches the document with each of them. */
function templateFiller(vocab: Vocab, query: string, template: string) {
  const fill = (text: string, document: string) =>
    text.replace(/\{(query|document)\}/g, (_, name) => (name === "query" ? query : document));
  const read = (text: string, document: string) => vocab.tokenizeText(fill(text, document));
  const toParts = ({ text, special }: PromptSegment) => {
    if (special) return [vocab.encode(text, false, true)];
    if (!text.includes("{document}")) return [read(text, "")];
    const at = lineOfDocument(text);
    const [before, line] = [read(text.slice(0, at), ""), text.slice(at)];
    const isSame = isEqual(joined([before, read(line, "a")]), read(text, "a"));
    return isSame ? [before, line] : [text]; // SentencePiece puts a space before each text
  };
  const pieces = splitAtControls(template, vocab).filter(({ text }) => text !== "");
  const parts = pieces.flatMap<Int32Array | string>(toParts);
  const bos = Int32Array.of(vocab.bos);
  return (document: string): Int32Array => {
    const tokens = parts.map((part) => (typeof part === "string" ? read(part, document) : part));
    const needsBos = vocab.addsBos && tokens.find(({ length }) => length > 0)?.[0] !== vocab.bos;
    return joined(needsBos ? [bos, ...tokens] : tokens);
  };
}

/** Where the document's line begins, if by words of its own: tokens part there whatever follows. */
function lineOfDocument(text: string): number {
  const at = text.lastIndexOf("\n", text.indexOf("{document}")) + 1;
  return /^[^\s{]/.test(text.slice(at)) ? at : 0;
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const tokens = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    tokens.set(part, at);
    at += part.length;
  }
  return tokens;
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((token, i) => token === b[i]);
}

/** Where a cut text joins its surroundings, tokens may part: then it takes another cut or two. */
function fitted(limit: number, room: number, build: (room: number) => Int32Array): Int32Array {
  const pair = build(room);
  return pair.length <= limit || room === 0 ? pair : fitted(limit, room - 1, build);
}

/** @throws {InvalidRequestError} the query leaves a document no token. */
function roomOf({ document = Infinity, pair = Infinity }: PairLimits, taken: number): number {
  if (pair <= taken)
    throw new InvalidRequestError(
      `The query takes ${taken} of ${pair} tokens, which leaves no room for a document.`,
      "query",
      "context_length_exceeded",
    );
  return Math.min(document, pair - taken);
}

function cut(tokens: Int32Array, room: number, fromLeft = false): Int32Array {
  if (tokens.length <= room) return tokens;
  return fromLeft ? tokens.subarray(tokens.length - room) : tokens.subarray(0, room);
}

/** A cut through a character leaves replacement characters at the edge. */
function wholeCharacters(text: string): string {
  return text.replace(/^\uFFFD+|\uFFFD+$/g, "");
}

function splitAtControls(template: string, vocab: Vocab): PromptSegment[] {
  const marks = vocab.controlTokens().map(({ text }) => text);
  const escaped = marks
    .filter((mark) => template.includes(mark))
    .sort((a, b) => b.length - a.length)
    .map((mark) => mark.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (escaped.length === 0) return [{ text: template, special: false }];
  const pieces = template.split(new RegExp(`(${escaped.join("|")})`));
  return pieces.map((text, place) => ({ text, special: place % 2 === 1 }));
}
