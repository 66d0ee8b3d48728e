import { describe, expect, test } from "vitest";
import { writesPrompts } from "../../../src/chat/fastchat/conversation-template.ts";
import { conversationTemplates } from "../../../src/chat/fastchat/conversation-templates.ts";
import { markedTemplate } from "../../../src/chat/fastchat/marked-template.ts";
import { requiredTemplate } from "../../../src/chat/fastchat/named-template.ts";
import { joinedText } from "../../../src/chat/fastchat/prompt-words.ts";
import { readPrompt } from "../../../src/chat/fastchat/read-prompt.ts";
import {
  type Message,
  takesSystem,
  templatePrompt,
} from "../../../src/chat/fastchat/template-prompt.ts";

const turns = ["Hello.\nWho are you?", "A llama: I hum.", "Why?", "For joy.", "Sing. 🦙"];
const conversation = (count: number): Message[] =>
  turns.slice(0, count).map((text, i) => ({ from: i % 2 === 0 ? "user" : "assistant", text }));
const open: Message = { from: "assistant", text: "" };
/** They write only part of what was said, or nothing between turns. */
const unread = new Set(["yuan2", "cllm", "raw"]);
/** Nothing tells their system message from the user's first words. */
const merging = new Set(["mistral", "codegeex"]);
const readable = [markedTemplate, ...conversationTemplates.filter(writesPrompts)].filter(
  ({ name }) => !unread.has(name),
);

describe("readPrompt", () => {
  test.for(readable.map((template) => [template.name, template] as const))(
    "reads what '%s' wrote",
    ([, template]) => {
      for (const count of [1, 3, 5])
        for (const system of merging.has(template.name) ? [""] : [undefined, "You rhyme."]) {
          const messages = conversation(count);
          const prompt = joinedText(templatePrompt(template, [...messages, open], system));
          const told = takesSystem(template) ? (system ?? template.system) : "";
          const read = readPrompt(template, prompt);
          // Some templates' own system messages have examples in them.
          expect(read?.messages.slice(-count)).toEqual(messages);
          if (system !== undefined) expect(read?.system).toBe(told);
        }
    },
  );

  test("reads turns that do not alternate, and a conversation without an answer to come as none", () => {
    const messages: Message[] = [
      { from: "user", text: "One" },
      { from: "user", text: "Two" },
      { from: "assistant", text: "Three" },
      { from: "assistant", text: "Four" },
      { from: "user", text: "Five" },
    ];
    const write = (all: Message[]) => joinedText(templatePrompt(markedTemplate, all, ""));
    expect(readPrompt(markedTemplate, write([...messages, open]))?.messages).toEqual(messages);
    expect(readPrompt(markedTemplate, write(messages))).toBeNull();
  });

  test.for(["", "Hello", "user: Hello", "<|message:system|>", "<|message:assistant|>"])(
    "takes %o for no conversation",
    (prompt) => {
      expect(readPrompt(markedTemplate, prompt)).toBeNull();
      expect(readPrompt(requiredTemplate("vicuna_v1.1"), prompt)).toBeNull();
    },
  );

  test("is done with hostile prompts at once", () => {
    const began = performance.now();
    for (const template of readable) {
      const [user] = template.roles;
      const open = joinedText(templatePrompt(template, [{ from: "user", text: "x" }], ""));
      readPrompt(template, `${open.repeat(20_000)}`);
      readPrompt(template, `${open}${`${user}: `.repeat(100_000)}`);
    }
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
