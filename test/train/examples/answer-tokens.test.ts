/** @file A prompt's tokens stay a worker's, whatever the answer begins with; the answer's are as the model writes them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { corpus } from "../../../src/fresh/corpus.ts";
import { findLibraries } from "../../../src/llama/libraries.ts";
import { startNative } from "../../../src/llama/native.ts";
import { tokenizeTurn } from "../../../src/train/examples/answer-tokens.ts";
import { familyNamed, type TemplateModel, templateModel } from "./template-model.ts";

let bytePairs: TemplateModel;
let pieces: TemplateModel;
beforeAll(() => {
  const native = startNative(findLibraries("cpu"), "cpu", () => undefined);
  const text = corpus.replaceAll("\n", "\n\n");
  const render = () => Promise.reject(new Error("no template is rendered here"));
  bytePairs = templateModel(native, render, familyNamed("llama-3.2"), text);
  pieces = templateModel(native, render, familyNamed("llama-2"), text);
});
afterAll(() => {
  bytePairs.free();
  pieces.free();
});

const plain = (text: string) => [{ text, special: false }];
const ended = (end: string) => [{ text: end, special: true }];

describe("tokenizeTurn", () => {
  test.for([
    ["bytePairs", "a\n", "\nsea"],
    ["bytePairs", "The sea", "s are"],
    ["pieces", "the ", "sea"],
    ["pieces", "the", " sea"],
    ["pieces", "th", "e sea"],
  ] as const)("keeps the prompt's own tokens: %s, %j, %j", ([kind, prompt, answer]) => {
    const { vocab } = { bytePairs, pieces }[kind];
    const end = kind === "pieces" ? "</s>" : "<|eot_id|>";
    const turn = { prompt: plain(prompt), answer: plain(answer), rest: ended(end) };
    const { tokens, start } = tokenizeTurn(vocab, turn);
    expect([...tokens.subarray(0, start)]).toEqual([...vocab.tokenizeSegments(plain(prompt))]);
    expect(vocab.detokenize(tokens.subarray(start), true)).toBe(answer + end);
  });

  test("meets texts whose tokens would span both", () => {
    const { vocab } = bytePairs;
    const [apart, joined] = [plain("a\n"), plain("a\n\nsea")].map((text) =>
      vocab.tokenizeSegments(text),
    );
    expect([...(joined ?? [])].slice(0, apart?.length)).not.toEqual([...(apart ?? [])]);
  });

  test("ends at the first token that ends a turn, and adds one where there is none", () => {
    const { vocab } = bytePairs;
    const behind = [...ended("<|eot_id|>"), ...plain("\n"), ...ended("<|eot_id|>")];
    const ids = (rest: typeof behind) => [
      ...tokenizeTurn(vocab, { prompt: plain("a"), answer: plain(" b"), rest }).tokens,
    ];
    expect(ids(behind)).toEqual(ids(ended("<|eot_id|>")));
    expect(ids(plain("\n"))).toEqual(ids(ended("<|eot_id|>")));
  });
});
