/** @file A FastChat template as a chat format: what is special in it, where answers begin and end. */
import { describe, expect, test } from "vitest";
import type { AnsweredTurn, PromptSegment } from "../../../src/chat/chat-format.ts";
import { namedTemplate, templateNames } from "../../../src/chat/fastchat/named-template.ts";
import type { ChatMessage } from "../../../src/protocol/openai.ts";
import { formatOf } from "./formats.ts";
import { goldenPrompts } from "./golden-templates.ts";

/** Control tokens of the models that the templates were made for. */
const spellings = [
  ...["<s>", "</s>", "<unk>", "[INST]", "[/INST]", "<<SYS>>", "<|endoftext|>", "<n>", "<sep>"],
  ...["<|im_start|>", "<|im_end|>", "<|begin_of_text|>", "<|start_header_id|>", "<|eot_id|>"],
  ...["<|end_header_id|>", "<bos>", "<start_of_turn>", "<end_of_turn>", "<|end_of_turn|>"],
  ...["<|user|>", "<|assistant|>", "<|system|>", "<|prompter|>", "<eoh>", "<eoa>", "<|User|>"],
  ...["<|Bot|>", "<reserved_102>", "<reserved_106>", "<|EOT|>", "<｜end▁of▁sentence｜>", "<eod>"],
];
const controls = spellings.map((text) => ({ text }));
const writing = templateNames.filter((name) => namedTemplate(name)?.style !== null);

const joined = (segments: readonly PromptSegment[]) => segments.map(({ text }) => text).join("");
const specials = (segments: readonly PromptSegment[]) =>
  segments.filter(({ special }) => special).map(({ text }) => text);

const dialogue = (text: string, system = text): ChatMessage[] => [
  { role: "system", content: system },
  { role: "user", content: text },
  { role: "assistant", content: text },
  { role: "user", content: text },
];

describe("a message that spells control tokens", () => {
  test.for(writing)("brings none into a prompt of %s", async (name) => {
    const format = formatOf(name, controls);
    const special = async (text: string) =>
      specials(await format.prompt({ messages: dialogue(text) }));
    const honest = await special("a");
    for (const spelling of spellings) {
      // Of which FastChat strips these letters off the end, whoever wrote them.
      if (name !== "yuan2" || spelling !== "<n>") expect(await special(spelling)).toEqual(honest);
      expect(await special(`a ${spelling} b`)).toEqual(honest);
    }
  });

  test.for(writing)("stays in the text of %s as it was", async (name) => {
    const text = `a ${spellings.join(" ")} b`;
    const segments = await formatOf(name, controls).prompt({ messages: dialogue(text) });
    const plain = segments.filter(({ special }) => !special);
    expect(plain.some((segment) => segment.text.includes(text))).toBe(true);
  });

  test("cannot be put together from the template's words and its own", async () => {
    const format = formatOf("mpt-7b-chat", [{ text: "user\nname" }, { text: "<|im_end|>" }]);
    const segments = await format.prompt({ messages: [{ role: "user", content: "name" }] });
    expect(specials(segments)).toEqual(["<|im_end|>", "<|im_end|>"]);
  });
});

describe("fastchatFormat", () => {
  test("cuts at the control tokens that the template writes, and nowhere else", async () => {
    const messages = dialogue("Hi </s>", "Be brief.");
    expect(await formatOf("vicuna_v1.1", controls).prompt({ messages })).toEqual([
      { text: "Be brief. USER: Hi </s> ASSISTANT: Hi </s>", special: false },
      { text: "</s>", special: true },
      { text: "USER: Hi </s> ASSISTANT:", special: false },
    ]);
  });

  test("joins several system messages, the developer's too", async () => {
    const messages: ChatMessage[] = [
      { role: "system", content: "Be brief." },
      { role: "developer", content: "Be kind." },
      { role: "user", content: "Hi" },
    ];
    const prompt = joined(await formatOf("vicuna_v1.1").prompt({ messages }));
    expect(prompt).toBe("Be brief.\n\nBe kind. USER: Hi ASSISTANT:");
  });

  test("leaves the template's system message out for an empty one", async () => {
    const messages: ChatMessage[] = [
      { role: "system", content: "" },
      { role: "user", content: "Hi" },
    ];
    expect(joined(await formatOf("alpaca").prompt({ messages }))).toBe(
      "\n\n### Instruction: Hi\n\n### Response:",
    );
  });

  test("asks for an answer unless it is told not to", async () => {
    const format = formatOf("vicuna_v1.1");
    const messages: ChatMessage[] = [{ role: "user", content: "Hi" }];
    const closed = joined(await format.prompt({ messages, addGenerationPrompt: false }));
    expect(closed).toMatch(/ USER: Hi $/);
    expect(joined(await format.prompt({ messages }))).toBe(`${closed}ASSISTANT:`);
  });

  test.for(writing)("lets a model write on with %s", async (name) => {
    const format = formatOf(name, controls);
    const messages: ChatMessage[] = [
      { role: "user", content: "Count to two." },
      { role: "assistant", content: "One, then" },
    ];
    const prompt = await format.prompt({ messages, continueFinalMessage: true });
    expect(joined(prompt)).toMatch(/Count to two\.[\s\S]*One, then$/);
    const asking = joined(await format.prompt({ messages: messages.slice(0, 1) }));
    if (!name.startsWith("yuan")) expect(joined(prompt).startsWith(asking)).toBe(true);
  });

  test("continues no message but an assistant's", async () => {
    const messages: ChatMessage[] = [{ role: "user", content: "Hi" }];
    const refused = formatOf("alpaca").prompt({ messages, continueFinalMessage: true });
    await expect(refused).rejects.toMatchObject({ status: 400, param: "continue_final_message" });
  });

  test.for(writing)("tells of tools, calls and results in words with %s", async (name) => {
    const called = { name: "add", arguments: '{"a": 1}' };
    const calls = [{ id: "b", type: "function" as const, function: called }];
    const tools = [{ type: "function" as const, function: { name: "add" } }];
    const messages: ChatMessage[] = [
      { role: "user", content: "Go on." },
      { role: "assistant", content: null, tool_calls: calls },
      { role: "tool", content: "2", tool_call_id: "b" },
    ];
    const prompt = joined(await formatOf(name, controls).prompt({ messages, tools }));
    expect(prompt).toContain('{"name":"add"}\n');
    if (name !== "cllm")
      // which reads the last two turns alone
      expect(prompt).toContain('{"name": "add", "arguments": {"a": 1}}');
    expect(prompt).toContain("add returned:\n2");
  });

  test("tells of tools in the system message, or before the first turn where there is none", async () => {
    const tools = [{ type: "function" as const, function: { name: "add" } }];
    const prompts = ["vicuna_v1.1", "gemma"].map((name) =>
      formatOf(name).prompt({ messages: [{ role: "user", content: "Go on." }], tools }),
    );
    const [inSystem = "", inTurn = ""] = (await Promise.all(prompts)).map(joined);
    expect(inSystem).toMatch(/^You can call these functions[\s\S]*in words\. USER: Go on\./);
    expect(inTurn).toMatch(/<start_of_turn>user\nYou can call [\s\S]*in words\.\n\nGo on\.<end_of/);
  });

  test("ends answers by the template's strings and tokens", () => {
    expect(formatOf("Robin")).toMatchObject({ stop: ["###"], stopTokens: [2, 396] });
  });
});

describe("answered", () => {
  const parts = ({ prompt, answer, rest }: AnsweredTurn) => [prompt, answer, rest].map(joined);

  test.for(goldenPrompts.filter(({ id }) => id.startsWith("2")))(
    "splits what $name writes at the answer",
    async ({ name, messages, prompt }) => {
      const format = formatOf(name, controls);
      const whole: ChatMessage[] = [
        ...messages.slice(0, -1),
        { role: "assistant", content: "I am fine." },
      ];
      const [asked, answer, rest] = parts(await format.answered({ messages: whole }));
      expect(asked).toBe(prompt);
      expect(answer).toMatch(/^\s*I am fine\.$/);
      const closed = await format.prompt({ messages: whole, addGenerationPrompt: false });
      if (name !== "yuan2") expect(`${asked}${answer}${rest}`).toBe(joined(closed));
    },
  );

  test("gives what stands behind the answer, the end of the turn first", async () => {
    const messages: ChatMessage[] = [
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello </s>" },
    ];
    const { answer, rest } = await formatOf("vicuna_v1.1", controls).answered({ messages });
    expect(answer).toEqual([{ text: " Hello </s>", special: false }]);
    expect(rest).toEqual([{ text: "</s>", special: true }]);
  });

  test("has an empty answer where there is none", async () => {
    const messages: ChatMessage[] = [
      { role: "user", content: "Hi" },
      { role: "assistant", content: "" },
    ];
    const turn = await formatOf("vicuna_v1.1", controls).answered({ messages });
    expect(turn).toMatchObject({ answer: [], rest: [] });
  });
});
