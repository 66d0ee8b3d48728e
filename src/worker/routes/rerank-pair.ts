/**
 * @file A query and a document as one text, the way a ranking model was trained to read them.
 *
 * Source: llama-server v0.5.0, `format_prompt_rerank`.
 */
import type { PromptSegment } from "../../chat/chat-format.ts";
import { InvalidRequestError } from "../../errors/api-error.ts";
import type { Vocab } from "../../llama/vocab.ts";

/** In tokens; what is longer loses its end, or with `fromLeft` its beginning. */
export type PairLimits = { document?: number; pair?: number; fromLeft?: boolean };

/** Builds the pair of the query it was made for and `document`. */
export type PairBuilder = (document: string, limits?: PairLimits) => Int32Array;

/**
 * @param template The model's own, with `{query}` and `{document}` in it; without one the model's
 *                 marks for pairs of texts stand between and around the two.
 */
export function pairBuilder(vocab: Vocab, query: string, template?: string): PairBuilder {
  return template === undefined ? markedPairs(vocab, query) : templatePairs(vocab, query, template);
}

/** `bos query eos sep document eos`, of these marks the ones that the vocabulary adds. */
function markedPairs(vocab: Vocab, query: string): PairBuilder {
  const text = (plain: string) => vocab.encode(plain, false, false);
  const known = (...tokens: number[]) => tokens.filter((token) => token >= 0);
  const { sep, eos } = vocab.pairMarks;
  const head = [...(vocab.addsBos ? known(vocab.bos) : []), ...text(query), ...known(eos, sep)];
  const end = known(eos);
  return (document, limits = {}) => {
    const room = roomOf(limits, head.length + end.length);
    return Int32Array.from([...head, ...cut(text(document), room, limits.fromLeft), ...end]);
  };
}

/** Neither text can spell one of the template's control tokens. */
function templatePairs(vocab: Vocab, query: string, template: string): PairBuilder {
  const pieces = splitAtControls(template, vocab);
  const build = (document: string) => {
    const fill = (text: string) =>
      text.replace(/\{(query|document)\}/g, (_, name) => (name === "query" ? query : document));
    const segments = pieces.map((piece) =>
      piece.special ? piece : { text: fill(piece.text), special: false },
    );
    return vocab.tokenizeSegments(segments);
  };
  const empty = build("").length;
  return (document, limits = {}) => {
    const whole = build(document);
    const limit = Math.min(limits.pair ?? whole.length, empty + (limits.document ?? whole.length));
    if (whole.length <= limit) return whole;
    const tokens = vocab.tokenizeText(document);
    return fitted(limit, roomOf(limits, empty), (room) =>
      build(wholeCharacters(vocab.detokenize(cut(tokens, room, limits.fromLeft)))),
    );
  };
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
