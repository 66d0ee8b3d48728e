import { describe, expect, test } from "vitest";
import { TextStream } from "../../src/engine/text-stream.ts";
import type { Piece } from "../../src/llama/vocab.ts";

/** Cuts a text into pieces of `size` bytes, as byte-level tokens may. */
function pieces(text: string, size: number): Piece[] {
  const bytes = new TextEncoder().encode(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => {
    const part = bytes.slice(i * size, (i + 1) * size);
    const decoded = new TextDecoder().decode(part);
    return { bytes: part, text: decoded.includes("\u{fffd}") ? null : decoded };
  });
}

describe("TextStream", () => {
  const text = "naïve 🦙🇨🇭 and 漢字, ﷽ 👩‍👩‍👧‍👦!";

  test.for([1, 2, 3, 4, 5])("never splits a character of %s-byte tokens", (size) => {
    const stream = new TextStream([], false);
    const sent = pieces(text, size).map((piece) => stream.push(piece).text);
    expect(sent.join("") + stream.end().text).toBe(text);
    expect(sent.filter((part) => part.includes("\u{fffd}"))).toEqual([]);
  });

  test("finds a stop string in text that came byte by byte", () => {
    const stream = new TextStream(["漢字"], false);
    let sent = "";
    for (const piece of pieces(text, 1)) {
      const { text, stop } = stream.push(piece);
      sent += text;
      if (stop !== null) break;
    }
    expect(sent).toBe("naïve 🦙🇨🇭 and ");
  });

  test("ends half a character with U+FFFD", () => {
    const stream = new TextStream([], false);
    const [first] = pieces("é", 1);
    expect(stream.push(first as Piece).text).toBe("");
    expect(stream.end().text).toBe("\u{fffd}");
  });

  test("drops one leading space where asked, and no other", () => {
    const stream = new TextStream([], true);
    const sent = pieces("  two spaces", 1).map((piece) => stream.push(piece).text);
    expect(sent.join("")).toBe(" two spaces");
  });
});
