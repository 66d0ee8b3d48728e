/** @file Where a text stops being JSON: V8 names the place for some faults only. */

/** Of a text that is no JSON: `line 3, column 7`, counted from 1. */
export function jsonFault(text: string): string {
  const lines = text.slice(0, faultIn(text)).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}

/** How many characters from the start something could still become JSON: by halving. */
function faultIn(text: string): number {
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isBeginning(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** Whether V8 finds nothing wrong but that the text has ended. */
function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = String(error);
    const [, position] = /at position (\d+)/.exec(message) ?? [];
    return Number(position) === text.length || /end of JSON|Unterminated string/.test(message);
  }
}
