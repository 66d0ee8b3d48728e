import { describe, expect, test } from "vitest";
import { ReasoningSplitter } from "../../../src/arena/chat/reasoning.ts";

function split(pieces: readonly string[]) {
  const splitter = new ReasoningSplitter();
  const said = { text: "", reasoning: "" };
  for (const part of [...pieces.map((piece) => splitter.push(piece)), splitter.flush()]) {
    said.text += part.text;
    said.reasoning += part.reasoning;
  }
  return said;
}

describe("ReasoningSplitter", () => {
  test.for([
    ["plain", { text: "plain", reasoning: "" }],
    ["<think>a < b</think>\n\nanswer", { text: "answer", reasoning: "a < b" }],
    ["  <think>x</think>y", { text: "y", reasoning: "x" }],
    ["<think>never closed", { text: "", reasoning: "never closed" }],
    ["<thin", { text: "<thin", reasoning: "" }],
    ["a <think>b</think>", { text: "a <think>b</think>", reasoning: "" }],
    ["<think></think>z", { text: "z", reasoning: "" }],
    ["", { text: "", reasoning: "" }],
  ] as const)("splits %j however it is cut", ([whole, expected]) => {
    expect(split([whole])).toEqual(expected);
    expect(split([...whole])).toEqual(expected);
    for (let at = 0; at <= whole.length; at++)
      expect(split([whole.slice(0, at), whole.slice(at)])).toEqual(expected);
  });
});
