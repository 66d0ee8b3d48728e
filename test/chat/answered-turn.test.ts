/** @file An answer told apart from its prompt, whatever a template makes of a conversation that is answered. */
import { afterAll, describe, expect, test } from "vitest";
import type { PromptSegment } from "../../src/chat/chat-format.ts";
import { templateFormat } from "../../src/chat/chat-template.ts";
import { plainFormat } from "../../src/chat/plain-format.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { templateRenderer } from "../../src/llama/template-renderer.ts";
import type { ChatMessage } from "../../src/protocol/openai.ts";

const { render, close } = templateRenderer(findLibraries("cpu"));
afterAll(close);

const dialogue: ChatMessage[] = [
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Hi" },
];

/** A template of the test's own: one line for prompts, one for answered conversations. */
function format(prompt: string, answered: string) {
  const controlTokens = ["<s>", "</s>", "<a>", "<ab>"].map((text) => ({ text }));
  return templateFormat({
    template: `{% set user = messages[0].content %}{% if messages | length == 1 %}${prompt}{% else %}{% set answer = messages[1].content %}${answered}{% endif %}`,
    render,
    bosToken: "<s>",
    eosToken: "</s>",
    controlTokens,
  });
}

const textOf = (segments: PromptSegment[]) => segments.map(({ text }) => text).join("");

async function parts(prompt: string, answered: string) {
  const turn = await format(prompt, answered).answered({ messages: dialogue });
  return [textOf(turn.prompt), textOf(turn.answer), textOf(turn.rest)];
}

describe("answered", () => {
  test.for([
    [
      "the prompt goes on as the answer",
      "U{{user}}A",
      "U{{user}}A{{answer}}</s>E",
      "UHiA",
      "Hi",
      "</s>E",
    ],
    [
      "a thought is in the answer only",
      "U{{user}}A",
      "U{{user}}A<t>{{answer}}</s>",
      "UHiA",
      "<t>Hi",
      "</s>",
    ],
    [
      "a closed thought is in the prompt only",
      "U{{user}}A[]",
      "U{{user}}A{{answer}}</s>",
      "UHiA[]",
      "Hi",
      "</s>",
    ],
    [
      "an open thought is in the prompt only",
      "U{{user}}A<think>{{ '\\n' }}",
      "U{{user}}A{{answer}}</s>",
      "UHiA<think>\n",
      "\n</think>\n\nHi",
      "</s>",
    ],
    [
      "a thought is opened there, and closed here",
      "U{{user}}A<think>",
      "U{{user}}A</think>{{answer}}</s>",
      "UHiA<think>",
      "</think>Hi",
      "</s>",
    ],
    [
      "a thought is closed there and here",
      "U{{user}}A<think></think>",
      "U{{user}}A</think>{{answer}}</s>",
      "UHiA<think></think>",
      "Hi",
      "</s>",
    ],
    ["the system's text moves", "[S {{user}}]", "[{{user}}]{{answer}}</s>", "[S Hi]", "Hi", "</s>"],
    [
      "control tokens begin alike",
      "U{{user}}<ab>",
      "U{{user}}<a>{{answer}}</s>",
      "UHi<ab>",
      "",
      "",
    ],
    ["nothing ends the answer", "U{{user}}A", "U{{user}}A{{answer}}A", "UHiA", "Hi", "A"],
  ])("%s", async ([, prompt = "", answered = "", ...expected]) => {
    if (expected[1] === "")
      return expect(parts(prompt, answered)).rejects.toThrow(
        "cannot be told where the answer begins",
      );
    expect(await parts(prompt, answered)).toEqual(expected);
  });

  test.for([
    ["the question is left out", "U{{user}}A", "A{{answer}}"],
    ["words are put before the answer that are in no prompt", "U{{user}}A", "U{{user}}B{{answer}}"],
  ])("refuses where %s", async ([, prompt = "", answered = ""]) => {
    const found = parts(prompt, answered);
    await expect(found).rejects.toThrow("cannot be told where the answer begins");
    await expect(found).rejects.toMatchObject({ code: "chat_template_unanswerable" });
  });

  test("asks and answers without a template too", async () => {
    const turn = await plainFormat().answered({ messages: dialogue });
    expect(textOf(turn.prompt)).toBe("### User:\nHi\n\n### Assistant:\n");
    expect(turn.answer).toEqual([{ text: "Hi", special: false }]);
    expect(turn.rest).toEqual([]);
  });
});
