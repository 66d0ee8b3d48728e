import { describe, expect, test } from "vitest";
import { TokenTrie } from "../../src/grammar/matcher/token-trie.ts";
import { controlToken, endToken, trie, vocabulary } from "./sample-vocabulary.ts";

/** The tokens of each node with the bytes on the way there. */
function walk({ byte, depth, token, twin }: TokenTrie): Map<number, string> {
  const found = new Map<number, string>();
  const way: number[] = [];
  for (const [node, level] of depth.entries()) {
    way.length = level - 1;
    way.push(byte[node] ?? 0);
    for (let one = token[node] ?? -1; one !== -1; one = twin[one] ?? -1)
      found.set(one, Buffer.from(way).toString("hex"));
  }
  return found;
}

describe("TokenTrie", () => {
  test("leads to every token by its bytes, and to no token without text", () => {
    const expected = new Map<number, string>();
    for (let token = 0; token < vocabulary.size; token++) {
      const text = Buffer.from(vocabulary.bytes(token) ?? []).toString("hex");
      if (text !== "") expected.set(token, text);
    }
    expect(walk(trie)).toEqual(expected);
  });

  test("skips exactly the nodes that descend from a node", () => {
    for (const [node, level] of trie.depth.entries()) {
      let next = node + 1;
      while ((trie.depth[next] ?? 0) > level) next++;
      expect(trie.skip[node]).toBe(next);
    }
  });

  test("knows ends, and gives them no text", () => {
    expect(trie.ends).toEqual([endToken]);
    expect([trie.isEnd(endToken), trie.isEnd(controlToken)]).toEqual([true, false]);
    const talking = new TokenTrie({
      size: 1,
      bytes: () => Buffer.from("</s>"),
      isEnd: () => true,
    });
    expect([talking.bytes(0).length, talking.byte.length, talking.longestBytes]).toEqual([0, 0, 0]);
  });

  test("keeps a copy of the bytes", () => {
    const bytes = Buffer.from("ab");
    const copy = new TokenTrie({ size: 1, bytes: () => bytes, isEnd: () => false });
    bytes.fill(0);
    expect(Buffer.from(copy.bytes(0)).toString()).toBe("ab");
  });
});
