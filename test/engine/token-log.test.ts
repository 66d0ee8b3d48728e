import { describe, expect, test } from "vitest";
import { TokenLog } from "../../src/engine/token-log.ts";

function logOf(...tokens: string[]): TokenLog {
  const log = new TokenLog();
  for (const token of tokens) log.push({ id: 0, token, bytes: [], logprob: -1, top: [] });
  return log;
}

const told = ({ text, tokens }: ReturnType<TokenLog["take"]>) => ({
  text,
  tokens: tokens.map(({ token }) => token),
});

describe("TokenLog", () => {
  test("gives whole tokens with the text they are", () => {
    const log = logOf("one", " two", " three");
    expect(told(log.take("one t"))).toEqual({ text: "one", tokens: ["one"] });
    expect(told(log.take("wo three"))).toEqual({ text: " two three", tokens: [" two", " three"] });
  });

  test("holds the parts of a character until the character is whole", () => {
    const log = logOf("a", "", "", "é");
    expect(told(log.take("a"))).toEqual({ text: "a", tokens: ["a"] });
    expect(told(log.take("é"))).toEqual({ text: "é", tokens: ["", "", "é"] });
  });

  test("loses no text that comes late and belongs to no token any more", () => {
    const log = logOf("one");
    expect(told(log.take("one"))).toEqual({ text: "one", tokens: ["one"] });
    expect(told(log.last("\u{fffd}"))).toEqual({ text: "\u{fffd}", tokens: [] });
  });

  test("cuts the last token where a stop string cuts the text, and drops those behind it", () => {
    const log = logOf("one", " STOP", " more");
    expect(told(log.last("one "))).toEqual({ text: "one ", tokens: ["one", " "] });
  });
});
