import { afterAll, describe, expect, test } from "vitest";
import type { Chat, PromptSegment } from "../../src/chat/chat-format.ts";
import { templateFormat } from "../../src/chat/chat-template.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { templateRenderer } from "../../src/llama/template-renderer.ts";
import type { ChatMessage, Tool } from "../../src/protocol/openai.ts";
import { families } from "./families.ts";

const { render, close } = templateRenderer(findLibraries("cpu"));
afterAll(close);

function formatOf(name: string) {
  const family = families.find((each) => each.name === name);
  if (family === undefined) throw new Error(`No template named ${name}.`);
  return templateFormat({ ...family, render });
}

/** A format around a template of the test's own. */
function formatFrom(template: string) {
  return templateFormat({
    template,
    render,
    bosToken: "<s>",
    eosToken: "</s>",
    controlTokens: [{ text: "<s>" }, { text: "</s>" }],
  });
}

const textOf = (segments: PromptSegment[]) => segments.map(({ text }) => text).join("");

async function promptText(name: string, chat: Chat): Promise<string> {
  return textOf(await formatOf(name).prompt(chat));
}

const system: ChatMessage = { role: "system", content: "Be kind." };
const plain: ChatMessage[] = [
  system,
  { role: "user", content: " Is 1 < 2 in [C]?\n" },
  { role: "assistant", content: "Yes: `1 < 2` is 1." },
  { role: "user", content: "Danke schön 🙂" },
];
const tool: Tool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather of a city, as <text>",
    parameters: {
      type: "object",
      properties: {
        city: { type: "string", description: "Its name" },
        unit: { type: "string", enum: ["celsius", "F"] },
      },
      required: ["city"],
    },
  },
};
const call = {
  id: "abc123def",
  type: "function" as const,
  function: { name: "get_weather", arguments: '{"city": "Köln <DE>"}' },
};
const roundTrip: ChatMessage[] = [
  { role: "user", content: "How is it in Köln?" },
  { role: "assistant", content: null, tool_calls: [call] },
  { role: "tool", content: '{"sky": "clear"}', tool_call_id: call.id },
  { role: "assistant", content: "Clear." },
  { role: "user", content: "And now?" },
];

/** What the template gives without any of our marks. */
function direct(name: string, messages: object[], tools?: Tool[]): Promise<string> {
  const family = families.find((each) => each.name === name);
  return render(family?.template ?? "", {
    messages,
    bos_token: family?.bosToken,
    eos_token: family?.eosToken,
    add_generation_prompt: true,
    ...(tools && { tools }),
  });
}

/** Templates that refuse a system message, or leave it out. */
const systemless = ["gemma-2", "phi-3"];

describe("a template's prompt is the one it renders without marks", () => {
  const named = families.map(({ name }) => name).filter((name) => !systemless.includes(name));
  const withTools = families.filter(({ tools }) => tools).map(({ name }) => name);

  test.for(named)("%s, plain chat", async (name) => {
    expect(await promptText(name, { messages: plain })).toBe(await direct(name, plain));
  });

  test.for(withTools)("%s, with a tool", async (name) => {
    const prompt = await promptText(name, { messages: plain, tools: [tool] });
    expect(prompt).toBe(await direct(name, plain, [tool]));
    expect(prompt).toContain("get_weather");
  });

  test.for(withTools)("%s, with a tool call and its answer", async (name) => {
    const given = roundTrip.map((message) => {
      if (message.role === "tool") return { ...message, name: "get_weather" };
      if (message.role !== "assistant" || !message.tool_calls) return message;
      const called = { name: "get_weather", arguments: { city: "Köln <DE>" } };
      return { ...message, content: "", tool_calls: [{ ...call, function: called }] };
    });
    const prompt = await promptText(name, { messages: roundTrip, tools: [tool] });
    expect(prompt).toBe(await direct(name, given, [tool]));
    expect(prompt).toContain("Köln");
  });
});

describe("templateFormat", () => {
  test("cuts the prompt exactly at the control tokens", async () => {
    const prompt = await formatOf("qwen2.5").prompt({ messages: [system, plain[3] ?? system] });
    expect(prompt).toEqual([
      { text: "<|im_start|>", special: true },
      { text: "system\nBe kind.", special: false },
      { text: "<|im_end|>", special: true },
      { text: "\n", special: false },
      { text: "<|im_start|>", special: true },
      { text: "user\nDanke schön 🙂", special: false },
      { text: "<|im_end|>", special: true },
      { text: "\n", special: false },
      { text: "<|im_start|>", special: true },
      { text: "assistant\n", special: false },
    ]);
  });

  test("puts the system text into the first user turn where the template refuses the role", async () => {
    const prompt = await promptText("gemma-2", { messages: plain });
    expect(prompt).toContain("<start_of_turn>user\nBe kind.\n\n Is 1 < 2 in [C]?");
  });

  test("does the same where the template leaves the system text out", async () => {
    const prompt = await promptText("phi-3", { messages: plain });
    expect(prompt).toContain("<|user|>\nBe kind.\n\n Is 1 < 2 in [C]?");
  });

  test("reads developer as system and joins content parts", async () => {
    const parts: ChatMessage[] = [
      { role: "developer", content: [{ type: "text", text: "Be kind." }] },
      {
        role: "user",
        content: [
          { type: "text", text: "one" },
          { type: "text", text: "two" },
        ],
      },
    ];
    const joined: ChatMessage[] = [system, { role: "user", content: "one\ntwo" }];
    expect(await promptText("llama-3.2", { messages: parts })).toBe(
      await promptText("llama-3.2", { messages: joined }),
    );
  });

  test("shows tool calls where only a null content lets the template write them", async () => {
    const [question, called, answer] = roundTrip as [ChatMessage, ChatMessage, ChatMessage];
    const prompt = await promptText("deepseek-r1", { messages: [question, called, answer] });
    expect(prompt).toContain("<｜tool▁calls▁begin｜>");
    expect(prompt).toContain("get_weather");
    expect(prompt).not.toContain("<｜Assistant｜><｜end▁of▁sentence｜>");
  });

  test("passes on arguments that are no JSON object as they are", async () => {
    const odd = { ...call, function: { name: "get_weather", arguments: "city=Köln" } };
    const messages = [roundTrip[0], { role: "assistant", content: null, tool_calls: [odd] }];
    const prompt = await promptText("qwen2.5", { messages: messages as ChatMessage[] });
    expect(prompt).toContain("city=Köln");
  });

  test("keeps the thoughts that a template itself takes apart out of earlier turns", async () => {
    const messages: ChatMessage[] = [
      { role: "user", content: "a" },
      { role: "assistant", content: "<think>\nhidden\n</think>\n\nshown" },
      { role: "user", content: "b" },
    ];
    const prompt = await promptText("qwen3", { messages });
    expect(prompt).toBe(await direct("qwen3", messages));
    expect(prompt).toContain("shown");
    expect(prompt).not.toContain("hidden");
  });

  test("hands over the template's own switches", async () => {
    const messages: ChatMessage[] = [{ role: "user", content: "a" }];
    const prompt = await formatOf("qwen3").prompt({ messages, kwargs: { enable_thinking: false } });
    expect(textOf(prompt)).toMatch(/<think>\n\n<\/think>\n\n$/);
    expect(prompt.filter(({ special }) => special).at(-1)?.text).toBe("</think>");
  });

  test("leaves the generation prompt out on request", async () => {
    const prompt = await promptText("qwen2.5", { messages: plain, addGenerationPrompt: false });
    expect(prompt).toMatch(/<\|im_end\|>\n$/);
  });

  test("answers a refusal of the template as a 400 with its sentence", async () => {
    const twice: ChatMessage[] = [
      { role: "user", content: "a" },
      { role: "user", content: "b" },
    ];
    await expect(promptText("gemma-2", { messages: twice })).rejects.toMatchObject({
      status: 400,
      param: "messages",
      message: "Conversation roles must alternate user/assistant/user/assistant/...",
    });
  });

  test("shows no mark in a refusal that quotes the client", async () => {
    const quoting = formatFrom("{{ raise_exception('No: ' + messages[0].content) }}");
    const refused = quoting.prompt({ messages: [{ role: "user", content: "hi" }] });
    await expect(refused).rejects.toThrow(/^No: hi$/);
  });

  test("refuses a template that cuts a message apart", async () => {
    const slicing = formatFrom("{% for m in messages %}{{ m.content[:4] }}{% endfor %}");
    const refused = slicing.prompt({ messages: [{ role: "user", content: "long enough" }] });
    await expect(refused).rejects.toMatchObject({ status: 400, code: "chat_template_unsafe" });
  });

  test("tells of a broken template when it is checked, and again with each prompt", async () => {
    const broken = formatFrom("{% if %}");
    const sentence = /chat template cannot be parsed/;
    await expect(broken.check()).rejects.toThrow(sentence);
    await expect(broken.prompt({ messages: plain })).rejects.toThrow(sentence);
  });
});

describe("continueFinalMessage", () => {
  const begun = (content: string): ChatMessage[] => [
    { role: "user", content: "Count." },
    { role: "assistant", content },
  ];

  test.for(families.map(({ name }) => name))("%s leaves the last message open", async (name) => {
    const messages = begun("One, two,");
    expect(await promptText(name, { messages, continueFinalMessage: true })).toMatch(/One, two,$/);
  });

  test("keeps the space that the message ends in, where the template keeps it", async () => {
    const messages = begun("One ");
    const chat = { messages, continueFinalMessage: true };
    expect(await promptText("qwen2.5", chat)).toMatch(/assistant\nOne $/);
    expect(await promptText("llama-3.2", chat)).toMatch(/\n\nOne$/);
  });

  test("is the generation prompt when the message is empty", async () => {
    const [question] = begun("");
    const open = { messages: begun(""), continueFinalMessage: true };
    const asked = { messages: question ? [question] : [] };
    expect(await promptText("qwen2.5", open)).toBe(await promptText("qwen2.5", asked));
  });

  test("is refused after a user's message", async () => {
    const chat = { messages: plain, continueFinalMessage: true };
    await expect(promptText("qwen2.5", chat)).rejects.toMatchObject({
      status: 400,
      param: "continue_final_message",
    });
  });
});

describe("ids of calls", () => {
  const nine =
    "{% for m in messages %}{% if m.tool_calls %}{% for c in m.tool_calls %}{% if c.id|length != 9 %}{{ raise_exception('nine!') }}{% endif %}<{{ c.id }}>{{ c.function.arguments.city }}{% endfor %}{% elif m.role == 'tool' %}[{{ m.tool_call_id }}]{{ m.content }}{% else %}{{ m.content }}{% endif %}{% endfor %}";
  const chat = (id: string): Chat => ({
    messages: [
      { role: "user", content: "Hi" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id, type: "function", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", content: "20", tool_call_id: id },
    ],
  });
  const rendered = async (template: string, id: string) =>
    textOf(await formatFrom(template).prompt(chat(id)));

  test("become nine letters where the template takes no others, the same for call and answer", async () => {
    const [, called, answered] =
      /<(\w{9})>\[(\w{9})\]/.exec(await rendered(nine, "call_12345")) ?? [];
    expect(called).toBe(answered);
    expect(await rendered(nine, "abcdefghi")).toContain("<abcdefghi>[abcdefghi]");
  });

  test("are left alone everywhere else", async () => {
    const free = nine.replace("length != 9", "length == 0");
    expect(await rendered(free, "call_12345")).toContain("<call_12345>[call_12345]");
  });
});
