/**
 * @file How deeply a JSON text nests, told before it is parsed: `JSON.parse` of 10 MB of `[` blocks
 * the event loop for seconds, and everything recursive behind it overflows the stack.
 */
import { InvalidRequestError } from "../errors/request-errors.ts";

const maxDepth = 64;
const quote = 0x22;
const backslash = 0x5c;
const openArray = 0x5b;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** @throws {InvalidRequestError} arrays and objects stand inside one another 65 levels deep. */
export function assertShallow(json: Buffer): void {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === quote) at = endOfString(json, at);
    else if (byte === openArray || byte === openObject) {
      if (++depth > maxDepth)
        throw new InvalidRequestError(`The body is nested deeper than ${maxDepth} levels.`);
    } else if (byte === closeArray || byte === closeObject) depth--;
  }
}

/** Index of the closing quote; the text's length when there is none. */
function endOfString(json: Buffer, from: number): number {
  for (let end = json.indexOf(quote, from + 1); end !== -1; end = json.indexOf(quote, end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === backslash) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}
