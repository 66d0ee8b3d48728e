import { describe, expect, test } from "vitest";
import type { Chat, ChatFormat } from "../../../src/chat/chat-format.ts";
import {
  type PromptTemplate,
  writesPrompts,
} from "../../../src/chat/fastchat/conversation-template.ts";
import { conversationTemplates } from "../../../src/chat/fastchat/conversation-templates.ts";
import { fastchatFormat } from "../../../src/chat/fastchat/fastchat-format.ts";
import { nearestTemplate } from "../../../src/chat/fastchat/nearest-template.ts";

type Turn = { role: string; content: string };

/** A format that writes prompts by a law of its own. */
function formatOf(write: (turns: Turn[]) => string): Pick<ChatFormat, "prompt"> {
  return {
    prompt: async ({ messages }: Chat) => [
      { text: write(messages as unknown as Turn[]), special: true },
    ],
  };
}

const chatml =
  (opening: string) =>
  (turns: Turn[]): string => {
    const all =
      turns[0]?.role === "system" ? turns : [{ role: "system", content: opening }, ...turns];
    const said = all.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`);
    return `${said.join("")}<|im_start|>assistant\n`;
  };

const llama3 = (turns: Turn[]) =>
  `<|begin_of_text|>${turns
    .map(
      ({ role, content }) => `<|start_header_id|>${role}<|end_header_id|>\n\n${content}<|eot_id|>`,
    )
    .join("")}<|start_header_id|>assistant<|end_header_id|>\n\n`;

const promptOf = async (template: PromptTemplate, messages: object[]) => {
  const chat = { messages, addGenerationPrompt: true } as unknown as Chat;
  const segments = await fastchatFormat(template, []).prompt(chat);
  return segments.map(({ text }) => text).join("");
};

const conversation = [
  { role: "user", content: "Who?" },
  { role: "assistant", content: "You." },
  { role: "user", content: "Why?" },
];

describe("nearestTemplate", () => {
  test("of ChatML with an opening of its own writes that opening", async () => {
    const write = chatml("You are Qwen.");
    const { template, fit } = await nearestTemplate(formatOf(write), { bos: "" });
    expect([template.style, template.system, fit]).toEqual(["CHATML", "You are Qwen.", "all"]);
    expect([template.stop, template.stopTokens]).toEqual([[], []]);
    expect(await promptOf(template, conversation)).toBe(write(conversation));
    const spoken = [{ role: "system", content: "Be brief." }, ...conversation];
    expect(await promptOf(template, spoken)).toBe(write(spoken));
  });

  test("of Llama 3's format is Llama 3's, wherever the tokenizer puts its first token", async () => {
    for (const bos of ["<|begin_of_text|>", ""]) {
      const { template, fit } = await nearestTemplate(formatOf(llama3), { bos });
      expect([template.style, template.system, fit]).toEqual(["LLAMA3", "", "all"]);
    }
  });

  test("says where a conversation without a system message is written otherwise", async () => {
    const write = (turns: Turn[]) =>
      turns[0]?.role === "system"
        ? chatml("")(turns)
        : chatml("")(turns).replace(/^.*?_end\|>\n/s, "");
    const { template, fit } = await nearestTemplate(formatOf(write), { bos: "" });
    expect([template.style, template.system, fit]).toEqual(["CHATML", "", "with-system"]);
  });

  test("prefers the one that the model's name suggests, among equals", async () => {
    const named = async (preferred: string) =>
      (await nearestTemplate(formatOf(chatml("x")), { bos: "", preferred })).template.name;
    expect(await named("OpenHermes-2.5-Mistral-7B")).toBe("OpenHermes-2.5-Mistral-7B");
    expect(await named("qwen-7b-chat")).toBe("qwen-7b-chat");
    expect(await named("vicuna_v1.1")).not.toBe("vicuna_v1.1");
  });

  test("of a format unlike all of them is the one that comes nearest, and says so", async () => {
    const write = (turns: Turn[]) =>
      `${turns.map(({ role, content }) => `### ${role}: ${content}\n~~~`).join("")}\n### Assistant:`;
    const { template, fit } = await nearestTemplate(formatOf(write), { bos: "" });
    expect(fit).toBe("none");
    expect(template.roles[1]).toMatch(/assistant/i);
  });

  test("of a format that can write nothing is some template all the same", async () => {
    const broken = { prompt: () => Promise.reject(new Error("broken")) };
    expect((await nearestTemplate(broken, { bos: "" })).template.name).toBeTruthy();
  });

  test("of each of FastChat's own writes what that one writes", async () => {
    for (const template of conversationTemplates.filter(writesPrompts)) {
      const format = fastchatFormat(template, []);
      const { template: found, fit } = await nearestTemplate(format, { bos: "" });
      expect(fit, template.name).not.toBe("none");
      expect(await promptOf(found, conversation)).toBe(await promptOf(template, conversation));
    }
  });
});
