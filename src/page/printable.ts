/**
 * @file Names that strangers chose, as text that is safe to show: no escape sequence reaches a
 * terminal, no override turns the rest of a line around, and wide letters keep columns straight.
 */

/** The text without control characters and without marks that change the direction of others. */
export function toPrintable(text: string): string {
  return text.replace(hidden, "\ufffd");
}

const hidden = /[\p{Cc}\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** How many columns of a terminal the text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += columnsOfGrapheme(segment);
  return columns;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** East Asian Width W and F (Unicode Standard Annex 11), in blocks; and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const invisible = /^[\p{M}\p{Cf}]+$/u;

function columnsOfGrapheme(grapheme: string): number {
  if (wide.test(grapheme)) return 2;
  return invisible.test(grapheme) ? 0 : 1;
}

/** The text in at most `columns`: its middle gives way, since versions differ at the end. */
export function shorten(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const letters = [...graphemes.segment(text)].map(({ segment }) => segment);
  const tail = take(letters.toReversed(), Math.floor((columns - 1) / 2)).reverse();
  const head = take(letters, columns - 1 - columnsOf(tail.join("")));
  return `${head.join("")}…${tail.join("")}`;
}

/** As many of the first letters as fit. */
function take(letters: readonly string[], columns: number): string[] {
  let left = columns;
  const end = letters.findIndex((letter) => {
    left -= columnsOfGrapheme(letter);
    return left < 0;
  });
  return letters.slice(0, end < 0 ? letters.length : end);
}

export function padToColumns(text: string, columns: number, side: "left" | "right"): string {
  const gap = " ".repeat(Math.max(0, columns - columnsOf(text)));
  return side === "left" ? text + gap : gap + text;
}
