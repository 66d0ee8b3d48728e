/**
 * @file Cuts a Markdown text into its top-level blocks, so that a growing answer is read anew only
 * at its end. Where it is not sure that a block ends, it does not cut.
 */

const fenceLine = /^( {0,3})(`{3,}(?!.*`)|~{3,})(.*)$/;
const listMarker = /^ {0,3}(?:[*+-]|\d{1,9}[.)])(?: {1,4}|\t|$)/;

type Fence = { mark: string; indent: number };
type Cutting = {
  blocks: string[];
  start: number;
  /** How far the items of the block's list are indented; infinite where it has none. */
  indent: number;
  fence: Fence | undefined;
};

/** The blocks of a text, in order and without the blank lines between them. */
export function splitBlocks(text: string): string[] {
  const source = text.replace(/\r\n?/g, "\n");
  const cutting: Cutting = { blocks: [], start: 0, indent: Infinity, fence: undefined };
  let blank = true;
  for (let from = 0; from < source.length; ) {
    const newline = source.indexOf("\n", from);
    const end = newline < 0 ? source.length : newline;
    // Only a line's beginning tells; a line may be a megabyte long.
    const line = source.slice(from, Math.min(end, from + 500));
    if (/^ *$/.test(line)) blank = true;
    else {
      readLine(cutting, source, from, line, blank);
      blank = false;
    }
    from = end + 1;
  }
  return finish(cutting, source);
}

/** The link definitions among blocks: `[name]: https://…`, a line each. */
export function definitionsOf(blocks: readonly string[]): string {
  const lines = blocks.flatMap((block) =>
    block.length < 5_000 && isDefinition(block) ? block.split("\n") : [],
  );
  return lines.filter(isDefinition).slice(0, 200).join("\n");
}

const isDefinition = (text: string) => /^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S/.test(text);

function readLine(
  cutting: Cutting,
  source: string,
  from: number,
  line: string,
  blank: boolean,
): void {
  const atMargin = !/^[ \t]/.test(line);
  // A fence inside a list ends with the list.
  if (blank && atMargin && cutting.fence && cutting.fence.indent >= cutting.indent) {
    cutting.fence = undefined;
  }
  if (cutting.fence) {
    if (closes(cutting.fence, line)) cutting.fence = undefined;
    return;
  }
  const marker = listMarker.exec(line)?.[0];
  const inList = cutting.indent < Infinity;
  if (blank && atMargin && !(inList && marker !== undefined)) cut(cutting, source, from);
  if (marker !== undefined) cutting.indent = Math.min(cutting.indent, marker.length);
  cutting.fence = openedFence(line);
}

function cut(cutting: Cutting, source: string, at: number): void {
  pushBlock(cutting.blocks, source.slice(cutting.start, at));
  cutting.start = at;
  cutting.indent = Infinity;
}

function finish({ blocks, start, fence }: Cutting, source: string): string[] {
  const last = source.slice(start);
  if (fence) blocks.push(last);
  else pushBlock(blocks, last);
  return blocks;
}

function pushBlock(blocks: string[], block: string): void {
  let end = block.length;
  while (end > 0 && /[ \n]/.test(block.charAt(end - 1))) end--;
  if (end > 0) blocks.push(block.slice(0, end));
}

function openedFence(line: string): Fence | undefined {
  const [, indent = "", mark] = fenceLine.exec(line) ?? [];
  return mark === undefined ? undefined : { mark, indent: indent.length };
}

function closes({ mark }: Fence, line: string): boolean {
  const [, , found = "", rest = ""] = fenceLine.exec(line) ?? [];
  return found.startsWith(mark) && rest.trim() === "";
}
