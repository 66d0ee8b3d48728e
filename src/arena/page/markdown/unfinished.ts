/**
 * @file The end of a Markdown text that is still coming: what has begun is finished, what may yet
 * become something else is withheld, so that no mark shows up only to vanish with the next word.
 */
import { formulaAt, opensLongFormula } from "./math-syntax.ts";

const prefix = /^[ \t>]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+)*/;
const fenceMark = /^(`{3,}(?!.*`)|~{3,})(.*)$/;
/** Lines that say nothing yet: marks of lists, headings, rules, fences and tables. */
const undecided =
  /^[ \t>]*(?:[-=*+_#|: \t]+|\d{1,3}[.)]?[ \t]*|(?:(?:[*+-]|\d{1,9}[.)])[ \t]+)?(?:\[[ xX]?\]?|`{1,2}|~{1,2})|\[[^\]\n]{1,200}\]:.*)$/;
const startsText = /^(?:[ \t>]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]|#{1,6}[ \t]|\|)|[ \t>]*$)/;
const maxSegment = 20_000;
const maxLabel = 100;

/** The last block of a growing text, as it may be shown now. */
export function settle(source: string): string {
  const fence = openFence(source);
  if (fence) return settleFence(source, fence);
  const decided = withoutUndecided(source);
  if (decided !== source) return decided;
  const from = segmentStart(source, source.lastIndexOf("\n") + 1);
  if (source.length - from > maxSegment) return source;
  return withoutUndecided(source.slice(0, from) + finishInline(source.slice(from)));
}

function withoutUndecided(source: string): string {
  const start = source.lastIndexOf("\n") + 1;
  const isUndecided = undecided.test(source.slice(start, start + 300));
  return isUndecided ? source.slice(0, Math.max(0, start - 1)) : source;
}

type Fence = { mark: string; end: number };

/** The fence, in lists and quotes too, that the text ends within. */
function openFence(source: string): Fence | undefined {
  let fence: Fence | undefined;
  for (let from = 0; from < source.length; ) {
    const newline = source.indexOf("\n", from);
    const end = newline < 0 ? source.length : newline;
    const line = source.slice(from, Math.min(end, from + 500));
    fence = afterLine(fence, line, from);
    from = end + 1;
  }
  return fence;
}

function afterLine(fence: Fence | undefined, line: string, from: number): Fence | undefined {
  const start = prefix.exec(line)?.[0].length ?? 0;
  const [, mark, rest = ""] = fenceMark.exec(line.slice(start)) ?? [];
  if (mark === undefined) return fence;
  if (fence === undefined) return { mark, end: from + start + mark.length };
  return mark.startsWith(fence.mark) && rest.trim() === "" ? undefined : fence;
}

/** Withholds half a language and half a closing fence. */
function settleFence(source: string, { mark, end }: Fence): string {
  const newline = source.lastIndexOf("\n");
  if (newline < end) return source.slice(0, end);
  const last = source.slice(newline + 1);
  const begun = last.replace(/^[ \t>]*/, "");
  const half = begun !== "" && mark.startsWith(begun);
  return half ? source.slice(0, newline) : source;
}

/** Where the text that the source ends with begins: its paragraph, item, heading or cell. */
function segmentStart(source: string, lineStart: number): number {
  for (let start = lineStart; ; ) {
    const newline = source.indexOf("\n", start);
    const line = source.slice(start, newline < 0 ? source.length : newline);
    if (startsText.test(line.slice(0, 500))) {
      const cell = /^[ \t>]*\|/.test(line) ? line.lastIndexOf("|") + 1 : 0;
      return start + (cell || (prefix.exec(line)?.[0].length ?? 0));
    }
    if (start === 0 || source.length - start > maxSegment) return start;
    start = source.lastIndexOf("\n", start - 2) + 1;
  }
}

type Mark = { char: string; count: number };
type Scan = { text: string; at: number; marks: Mark[]; brackets: number[]; done: boolean };

/** Closes what is open at the end of a piece of inline text. */
function finishInline(source: string): string {
  const scan: Scan = { text: withoutHalves(source), at: 0, marks: [], brackets: [], done: false };
  while (!scan.done && scan.at < scan.text.length) step(scan);
  for (const bracket of scan.brackets.reverse()) dropBracket(scan, bracket);
  return closeMarks(scan);
}

/** Without half an entity, half an escape, half a `<br>` and the mark of an image. */
const withoutHalves = (text: string) =>
  text.replace(/(?:&#?\w{0,8}|(?<!\\)\\|<(?:b(?:r ?\/?)?)?|!)$/i, "");

function step(scan: Scan): void {
  const char = scan.text.charAt(scan.at);
  if (char === "\\" || char === "$") stepFormula(scan, char);
  else if (char === "`") stepCode(scan);
  else if (char === "<")
    scan.at += /^<[^<>\n]{0,500}>/.exec(scan.text.slice(scan.at))?.[0].length ?? 1;
  else if (char === "[") scan.brackets.push(scan.at++);
  else if (char === "]") stepLink(scan);
  else if (/[*_~]/.test(char)) stepMark(scan, char);
  else scan.at++;
}

function stepFormula(scan: Scan, char: string): void {
  const formula = formulaAt(scan.text, scan.at);
  if (formula) scan.at += formula.raw.length;
  else if (opensLongFormula(scan.text.slice(scan.at, scan.at + 2))) scan.done = true;
  else scan.at += char === "\\" ? 2 : 1;
}

function stepCode(scan: Scan): void {
  const { text, at } = scan;
  const mark = runAt(text, at, "`");
  const close = closingRun(text, at + mark.length, mark);
  scan.at = close + mark.length;
  if (close >= 0) return;
  const begun = text.replace(/`+$/, "");
  scan.text = begun.length <= at ? text.slice(0, at) : begun + mark;
  scan.done = true;
}

function closingRun(text: string, from: number, mark: string): number {
  for (let at = text.indexOf("`", from); at >= 0; at = text.indexOf("`", at)) {
    const run = runAt(text, at, "`");
    if (run === mark) return at;
    at += run.length;
  }
  return -1;
}

/** At a `]`: a link that is not finished is its label. */
function stepLink(scan: Scan): void {
  const { text, at } = scan;
  const start = scan.brackets.pop();
  scan.at++;
  if (start === undefined || isIndex(text, start)) return;
  const end = linkEnd(text, at);
  if (end === at) return;
  if (end > at) {
    scan.at = end + 1;
    return;
  }
  scan.text = text.slice(0, labelStart(text, start)) + text.slice(start + 1, at);
  scan.done = true;
}

/** Where the link ends whose label ends here: here if it is none, -1 if that is not to be seen yet. */
function linkEnd(text: string, at: number): number {
  const next = text.charAt(at + 1);
  if (next === "(") return closingParenthesis(text, at + 1);
  if (next === "[") return text.indexOf("]", at + 1);
  return next === "" ? -1 : at;
}

function closingParenthesis(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length && text.charAt(at) !== "\n"; at++) {
    const char = text.charAt(at);
    if (char === "\\") at++;
    else if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return at;
  }
  return text.includes("\n", from) ? from : -1;
}

function dropBracket(scan: Scan, at: number): void {
  const { text } = scan;
  if (isIndex(text, at) || text.length - at > maxLabel) return;
  scan.text = text.slice(0, labelStart(text, at)) + text.slice(at + 1);
}

/** `rows[0]` is no link. */
const isIndex = (text: string, bracket: number) => /[\w)\]]/.test(text.charAt(bracket - 1));
const labelStart = (text: string, bracket: number) =>
  text.charAt(bracket - 1) === "!" ? bracket - 1 : bracket;

function stepMark(scan: Scan, char: string): void {
  const { text, at, marks } = scan;
  const run = runAt(text, at, char);
  const [before, after] = [text.charAt(at - 1), text.charAt(at + run.length)];
  scan.at += run.length;
  const closes = canClose(char, before, after);
  if (after === "" && !(closes && closesWhole(marks, char, run.length))) {
    scan.text = text.slice(0, at);
    scan.done = true;
    return;
  }
  const left = closes ? closeWith(marks, char, run.length) : run.length;
  if (left > 0 && canOpen(char, left, before, after)) marks.push({ char, count: left });
}

/** Half a closing mark closes nothing yet. */
function closesWhole(marks: readonly Mark[], char: string, count: number): boolean {
  const top = marks.at(-1);
  if (top?.char !== char || count < top.count) return false;
  return count === top.count || closesWhole(marks.slice(0, -1), char, count - top.count);
}

function closeWith(marks: Mark[], char: string, count: number): number {
  const top = marks.at(-1);
  if (top?.char !== char || (count < top.count && top.count === 2)) return count;
  const left = count - top.count;
  if (left < 0) top.count = -left;
  else marks.pop();
  return left > 0 ? closeWith(marks, char, left) : 0;
}

const canClose = (char: string, before: string, after: string) =>
  /\S/.test(before) && !(char === "_" && isWord(after));

function canOpen(char: string, count: number, before: string, after: string): boolean {
  if (!/\S/.test(after) || count > 3) return false;
  if (char === "~") return count === 2;
  if (isWord(before)) return char === "*" && count > 1 && isWord(after);
  return true;
}

const isWord = (char: string) => /[\p{L}\p{N}]/u.test(char);

/** Marks count only next to a letter, so they go before the space that the text ends with. */
function closeMarks({ text, marks }: Scan): string {
  let body = text.trimEnd();
  const space = text.slice(body.length);
  for (const { char, count } of marks.reverse()) {
    const mark = char.repeat(count);
    body = body.endsWith(mark) ? body.slice(0, -count) : body + mark;
  }
  return body + space;
}

function runAt(text: string, at: number, char: string): string {
  let end = at;
  while (text.charAt(end) === char) end++;
  return text.slice(at, end);
}
