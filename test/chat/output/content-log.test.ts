import { describe, expect, test } from "vitest";
import { ContentLog, type LoggedContent } from "../../../src/chat/output/content-log.ts";

function logOf(...tokens: string[]): ContentLog {
  const log = new ContentLog();
  log.push(tokens.map((token, id) => ({ id, token, bytes: [], logprob: -1, top: [] })));
  return log;
}

const told = ({ content, logprobs }: LoggedContent) => [
  content,
  ...logprobs.map(({ id, token }) => `${id}:${token}`),
];

describe("ContentLog", () => {
  test("tells tokens with their text", () => {
    const log = logOf("one", " two");
    expect(told(log.add("one two", 0))).toEqual(["one two", "0:one", "1: two"]);
  });

  test("tells a token once, when its last character may be told", () => {
    const log = logOf("Hi", ".\n", "So");
    expect(told(log.add("Hi.", 0))).toEqual(["Hi", "0:Hi"]);
    expect(told(log.add("\nSo", 3))).toEqual([".\nSo", "1:.\n", "2:So"]);
  });

  test("cuts a token whose rest is no content", () => {
    const log = logOf("Hi", ".\n\n", "<call>");
    expect(told(log.add("Hi.", 0))).toEqual(["Hi", "0:Hi"]);
    expect(told(log.flush())).toEqual([".", "1:."]);
    expect(told(log.flush())).toEqual([""]);
  });

  test("leaves out the tokens of thoughts before the content", () => {
    const log = logOf("<think>", "hm", "</think>\n", "Yes", "!");
    expect(told(log.add("Yes!", 18))).toEqual(["Yes!", "3:Yes", "4:!"]);
  });

  test("tells the parts of a character with the character", () => {
    const log = logOf("a", "", "", "é");
    expect(told(log.add("aé", 0))).toEqual(["aé", "0:a", "1:", "2:", "3:é"]);
  });
});
