/**
 * @file How an answer is dressed up: the headers, list items and bold passages that style control
 * allows for. It counts as FastChat does, Python's idea of spaces, digits and line starts included.
 *
 * Its regular expressions are scanners here: each character is looked at a few times at most,
 * whatever a model was talked into writing.
 *
 * Source: FastChat's `monitor/add_markdown_info.py`.
 */

/** Totals, and the kinds as the datasets' `conv_metadata` have them. */
export type MarkdownCounts = {
  header: number;
  list: number;
  bold: number;
  kinds: {
    header: Record<"h1" | "h2" | "h3" | "h4" | "h5" | "h6", number>;
    list: Record<"ordered" | "unordered", number>;
    bold: Record<"**" | "__", number>;
  };
};

/** @param text the assistant's turns, joined by newlines. */
export function markdownCounts(text: string): MarkdownCounts {
  const prose = withoutCode(text);
  const { header, list } = countLines(prose);
  const bold = { "**": countMarked(prose, "*"), __: countMarked(prose, "_") };
  return {
    header: sum(header),
    list: sum(list),
    bold: sum(bold),
    kinds: { header, list, bold },
  };
}

/**
 * Characters that removing code may scan. An answer of 8 000 characters cannot reach it; of a
 * longer one made to, the rest of the code is cut where it stands.
 */
const scanBudget = 10_000_000;

/** FastChat removes what is fenced *wherever* it occurs, one block after the other. */
function withoutCode(text: string): string {
  const blocks = fencedBlocks(text);
  let prose = text;
  let scanned = 0;
  for (const { start, end } of blocks) {
    scanned += prose.length;
    if (scanned > scanBudget) return cutFenced(prose);
    if (end > start) prose = prose.replaceAll(text.slice(start, end), "");
  }
  return prose;
}

function cutFenced(text: string): string {
  let prose = "";
  let from = 0;
  for (const { start, end } of fencedBlocks(text)) {
    prose += text.slice(from, start);
    from = end;
  }
  return prose + text.slice(from);
}

/** The matches of ```` ```([^`]*)``` ````: what lies between the fences. */
function fencedBlocks(text: string): { start: number; end: number }[] {
  const blocks: { start: number; end: number }[] = [];
  let from = 0; // where backticks may still be used
  for (;;) {
    const start = text.indexOf("```", from);
    if (start < 0) return blocks;
    const runEnd = endOfRun(text, start, "`");
    const emptyBlocks = Math.floor((runEnd - start) / 6); // ``` and ``` with nothing between
    for (let i = 0; i < emptyBlocks; i++)
      blocks.push({ start: start + 6 * i + 3, end: start + 6 * i + 3 });
    from = runEnd;
    if ((runEnd - start) % 6 < 3) continue;
    const close = text.indexOf("`", runEnd);
    if (close < 0) return blocks;
    from = close;
    if (!text.startsWith("```", close)) continue;
    blocks.push({ start: runEnd, end: close });
    from = close + 3;
  }
}

type LineCounts = Pick<MarkdownCounts["kinds"], "header" | "list">;

/**
 * `^#{k}\s`, `^\s*\d+\.\s` and `^\s*[-*+]\s` in one pass. `\s*` runs over line ends, so all the
 * line starts before one visible character lead to it, and it counts once.
 */
function countLines(text: string): LineCounts {
  const header = { h1: 0, h2: 0, h3: 0, h4: 0, h5: 0, h6: 0 };
  const list = { ordered: 0, unordered: 0 };
  for (let lineStart = 0; ; ) {
    const at = skipSpace(text, lineStart);
    if (at >= text.length) return { header, list };
    if (at === 0 || text[at - 1] === "\n") {
      const kind = headerKinds[endOfRun(text, at, "#") - at];
      if (kind && isSpace(text.charCodeAt(at + Number(kind[1])))) header[kind]++;
    }
    if (isOrderedItem(text, at)) list.ordered++;
    else if ("-*+".includes(text[at]) && isSpace(text.charCodeAt(at + 1))) list.unordered++;
    lineStart = text.indexOf("\n", at) + 1;
    if (lineStart === 0) return { header, list };
  }
}

const headerKinds = [undefined, "h1", "h2", "h3", "h4", "h5", "h6"] as const;

function isOrderedItem(text: string, start: number): boolean {
  let at = start;
  for (let width = digitWidth(text, at); width > 0; width = digitWidth(text, at)) at += width;
  return at > start && text[at] === "." && isSpace(text.charCodeAt(at + 1));
}

/** `**…**` or `__…__` with neither a line end nor the mark inside: `\*\*[^*\n]+\*\*`. */
function countMarked(text: string, mark: "*" | "_"): number {
  const twice = mark + mark;
  let count = 0;
  for (let from = 0; ; ) {
    const open = text.indexOf(twice, from);
    if (open < 0) return count;
    const start = endOfRun(text, open, mark); // only a run's last two can open
    const end = endOfMarked(text, start, mark);
    const closed = end > start && text.startsWith(twice, end);
    if (closed) count++;
    from = closed ? end + 2 : end;
  }
}

function endOfMarked(text: string, start: number, mark: string): number {
  let end = start;
  while (end < text.length && text[end] !== mark && text[end] !== "\n") end++;
  return end;
}

function endOfRun(text: string, start: number, character: string): number {
  let end = start;
  while (text[end] === character) end++;
  return end;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** Python's `\s`; NaN, past the end, is none. */
function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 9 && unit <= 13) || (unit >= 28 && unit <= 31);
  return unit === 0x85 || (unit !== 0xfeff && /\s/.test(String.fromCharCode(unit)));
}

/** In UTF-16 units, 0 where there is none: Python's `\d` is any decimal digit of Unicode. */
function digitWidth(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0;
  if (point < 0x80) return point >= 0x30 && point <= 0x39 ? 1 : 0;
  if (!/\p{Nd}/u.test(String.fromCodePoint(point))) return 0;
  return point > 0xffff ? 2 : 1;
}

function sum(counts: Record<string, number>): number {
  let total = 0;
  for (const count of Object.values(counts)) total += count;
  return total;
}
