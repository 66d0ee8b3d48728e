/**
 * @file Marks around what a client wrote, put there before a template is rendered and found again
 * in the prompt, so that content never becomes a control token.
 *
 * The marks are Unicode noncharacters, which exist for such inside use. They sit close to the
 * text, leaving whitespace outside: a template's `trim` works as without them.
 */
import { InvalidRequestError } from "../errors/request-errors.ts";
import { coreBounds } from "./ascii-space.ts";
import { firstCharacter, type Piece, spellingPattern } from "./control-tokens.ts";

const open = "\ufdd0";
const close = "\ufdd1";
/** Inside a forged spelling, so that it stays broken even where a template cuts content apart. */
const cut = "\ufdd2";
const bareMark = /[\ufdd0-\ufdd2]/g;
/** As `tojson(ensure_ascii=true)` writes them. */
const escapedMark = /[\ufdd0-\ufdd2]|\\ufdd[012]/g;

/** Letters that no control token is forged with; anything else is marked to be sure. */
const harmless = /^[\w .,:/-]*$/;

/** The words of JSON Schema are the templates' own, and templates look for them. */
const schemaWords = new Set(
  `type properties required items enum description default title format const nullable anyOf oneOf
   allOf not additionalProperties minimum maximum minLength maxLength minItems maxItems pattern
   examples strict $ref $defs $schema definitions string number integer boolean object array null`
    .trim()
    .split(/\s+/),
);

const maxDepth = 64;

export type Marks = {
  /** Text of a message: always marked. */
  content(text: string): string;
  /** An assistant's text: what the template itself splits at, as `</think>`, stays as it is. */
  answer(text: string): string;
  /** A name or an id, which templates may compare: marked only if it could forge something. */
  word(text: string): string;
  /** JSON from the client, its keys and strings each treated as a word. */
  data(value: unknown): unknown;
  without(text: string): string;
  /**
   * Splits a rendered prompt at its marks.
   *
   * @throws {InvalidRequestError} a mark has lost its partner: the template cuts content apart,
   * and which words are whose cannot be told.
   */
  split(rendered: string): Piece[];
};

export type MarkOptions = {
  /** The spellings of the control tokens. */
  controls: readonly string[];
  /** What the template splits an assistant's text at. */
  tags: readonly string[];
  /** Whether the template writes JSON in ASCII only. */
  escapes: boolean;
};

export function contentMarks({ controls, tags, escapes }: MarkOptions): Marks {
  const anyMark = escapes ? escapedMark : bareMark;
  const forgeable = spellingPattern([...controls, ...tags]);
  const spellings = controls.join("\n");
  const tag = spellingPattern(tags);

  const without = (text: string) => text.replace(anyMark, "");

  function content(text: string): string {
    const own = without(text);
    const { start, end } = coreBounds(own);
    if (start === end) return own;
    return own.slice(0, start) + open + broken(own.slice(start, end)) + close + own.slice(end);
  }

  function broken(text: string): string {
    return text.replace(forgeable, (spelling) => {
      const head = firstCharacter(spelling);
      return head + cut + spelling.slice(head.length);
    });
  }

  function answer(text: string): string {
    let marked = "";
    let at = 0;
    for (const { 0: found, index } of text.matchAll(tag)) {
      marked += content(text.slice(at, index)) + found;
      at = index + found.length;
    }
    return marked + content(text.slice(at));
  }

  function word(text: string): string {
    if (text === "" || schemaWords.has(text)) return text;
    const safe = harmless.test(text) && !spellings.includes(text) && text.search(forgeable) < 0;
    return safe ? text : content(text);
  }

  function data(value: unknown, depth = 0): unknown {
    if (typeof value === "string") return word(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth === maxDepth) throw new InvalidRequestError("A tool's JSON is nested too deep.");
    if (Array.isArray(value)) return value.map((item) => data(item, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [word(key), data(item, depth + 1)]),
    );
  }

  function split(rendered: string): Piece[] {
    const pieces: Piece[] = [];
    let at = 0;
    let fromClient = false;
    for (const { 0: mark, index } of rendered.matchAll(anyMark)) {
      pieces.push({ text: rendered.slice(at, index), fromClient });
      at = index + mark.length;
      const kind = mark.charCodeAt(mark.length - 1) & 3; // 0, 1, 2: escaped or not
      if (kind === 2) continue;
      if (fromClient === (kind === 0)) throw inseparable();
      fromClient = kind === 0;
    }
    if (fromClient) throw inseparable();
    pieces.push({ text: rendered.slice(at), fromClient });
    return pieces;
  }

  return {
    content,
    answer,
    word,
    data: (value) => data(value),
    without,
    split,
  };
}

/**
 * Cuts a rendered prompt after the last message's text, which `marked` is; whitespace after it
 * stays if the template kept it. `null` when the template left the text out.
 */
export function endingWith(rendered: string, marked: string): string | null {
  const end = marked.lastIndexOf(close) + 1;
  if (end === 0) return null;
  const core = marked.slice(marked.lastIndexOf(open), end);
  const at = rendered.lastIndexOf(core);
  if (at < 0) return null;
  const after = at + core.length;
  const rest = marked.slice(end);
  return rendered.slice(0, rendered.startsWith(rest, after) ? after + rest.length : after);
}

/** The last marked text of a prompt, marks included: where it ends, and the how many-eth of its kind it is. */
export function lastContent(rendered: string): { text: string; end: number; count: number } | null {
  const end = rendered.lastIndexOf(close) + 1;
  const start = rendered.lastIndexOf(open, end);
  if (end === 0 || start < 0) return null;
  const text = rendered.slice(start, end);
  return { text, end, count: rendered.split(text).length - 1 };
}

/** The template's own words at the beginning. */
export function beforeContent(rendered: string): string {
  return rendered.split(open, 1)[0] ?? "";
}

function inseparable(): InvalidRequestError {
  return new InvalidRequestError(
    "The model's chat template cuts a message apart, so that its text cannot be told from the template's own.",
    "messages",
    "chat_template_unsafe",
  );
}
