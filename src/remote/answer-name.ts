/**
 * @file The model's name in an answer that is passed on as bytes: who asked for an alias is answered
 * by it, as vLLM does, whatever the server behind calls the model.
 *
 * In JSON a text's quotation marks are escaped, so that the bytes of a key are never part of a text,
 * and nothing has to be parsed.
 */
const key = '"model":';
const [quote, backslash, space] = ['"', "\\", " "].map((sign) => sign.charCodeAt(0));

/**
 * The same bytes with `name` where the key `model` has a text.
 *
 * @param most So many of them, from the first on.
 */
export function renamed(bytes: Buffer, name: string, most = Number.POSITIVE_INFINITY): Buffer {
  const parts: Buffer[] = [];
  let [copied, done] = [0, 0];
  for (let at = bytes.indexOf(key); at !== -1 && done < most; at = bytes.indexOf(key, at + 1)) {
    const start = bytes[at + key.length] === space ? at + key.length + 1 : at + key.length;
    if (bytes[start] !== quote) continue; // null, or something of the server's own
    parts.push(bytes.subarray(copied, start), Buffer.from(JSON.stringify(name)));
    copied = endOfText(bytes, start);
    done++;
  }
  return done === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(copied)]);
}

/** Behind the quotation mark that ends the text which begins at `start`. */
function endOfText(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at + 1;
}

/**
 * The whole of an answer, with `name` in its head.
 *
 * @param before A key whose value may have keys of the client's own: a tool's input, a document.
 */
export function renamedWhole(bytes: Buffer, name: string, before: string | null): Buffer {
  const end = before === null ? -1 : bytes.indexOf(`"${before}":`);
  if (end === -1) return renamed(bytes, name, 1);
  return Buffer.concat([renamed(bytes.subarray(0, end), name, 1), bytes.subarray(end)]);
}
