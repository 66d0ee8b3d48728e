/**
 * @file Cuts a Markdown text into its top-level blocks, so that a growing answer is read anew only
 * at its end. Where it is not sure that a block ends, it does not cut.
 */

const fenceLine = /^( {0,3})(`{3,}(?!.*`)|~{3,})(.*)$/;
const listMarker = /^ {0,3}(?:[*+-]|\d{1,9}[.)])(?:[ \t]|$)/;

type Fence = { mark: string; indent: number };
type Cutting = { blocks: string[]; start: number; list: boolean; fence: Fence | undefined };

/** The blocks of a text, in order and without the blank lines between them. */
export function splitBlocks(text: string): string[] {
  const source = text.replace(/\r\n?/g, "\n");
  const cutting: Cutting = { blocks: [], start: 0, list: false, fence: undefined };
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

function readLine(
  cutting: Cutting,
  source: string,
  from: number,
  line: string,
  blank: boolean,
): void {
  const atMargin = !/^[ \t]/.test(line);
  // A fence inside a list ends with the list.
  if (blank && atMargin && cutting.fence && cutting.list && cutting.fence.indent > 0) {
    cutting.fence = undefined;
  }
  if (cutting.fence) {
    if (closes(cutting.fence, line)) cutting.fence = undefined;
    return;
  }
  const marker = listMarker.test(line);
  if (blank && atMargin && !(cutting.list && marker)) cut(cutting, source, from);
  if (marker) cutting.list = true;
  cutting.fence = openedFence(line);
}

function cut(cutting: Cutting, source: string, at: number): void {
  pushBlock(cutting.blocks, source.slice(cutting.start, at));
  cutting.start = at;
  cutting.list = false;
}

function finish({ blocks, start, fence }: Cutting, source: string): string[] {
  const last = source.slice(start);
  if (fence) blocks.push(last);
  else pushBlock(blocks, last);
  return blocks;
}

function pushBlock(blocks: string[], block: string): void {
  let end = block.length;
  while (end > 0 && block.charAt(end - 1) === "\n") end--;
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
