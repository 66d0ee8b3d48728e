/** @file Tools in words, for templates that have no place for them. */
import { afterAll, describe, expect, test } from "vitest";
import type { Chat, PromptSegment } from "../../src/chat/chat-format.ts";
import { templateFormat } from "../../src/chat/chat-template.ts";
import { outputFormat } from "../../src/chat/output/output-formats.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { templateRenderer } from "../../src/llama/template-renderer.ts";
import type { ChatMessage, Tool } from "../../src/protocol/openai.ts";
import { families } from "./families.ts";
import { readAnswer } from "./output/read-answer.ts";

const { render, close } = templateRenderer(findLibraries("cpu"));
afterAll(close);

function familyOf(name: string) {
  const family = families.find((each) => each.name === name);
  if (family === undefined) throw new Error(`No template named ${name}.`);
  return family;
}
const formatOf = (name: string) => templateFormat({ ...familyOf(name), render });

const textOf = (segments: readonly PromptSegment[]) => segments.map(({ text }) => text).join("");
const promptOf = async (name: string, chat: Chat) => textOf(await formatOf(name).prompt(chat));

const tools: Tool[] = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather of a city",
      parameters: { type: "object", properties: { city: { type: "string" } } },
      strict: true,
    },
  },
  { type: "function", function: { name: "ping", description: null } },
];
const described =
  '{"name":"get_weather","description":"The weather of a city","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}\n{"name":"ping","parameters":{"type":"object","properties":{}}}';

const system: ChatMessage = { role: "system", content: "Be kind." };
const user: ChatMessage = { role: "user", content: "Is it warm?" };
const calling: ChatMessage = {
  role: "assistant",
  content: "Let me see.",
  tool_calls: [toCall("1", "get_weather", '{"city": "Oslo"}'), toCall("2", "ping", "")],
};
const results: ChatMessage[] = [
  { role: "tool", content: "12 degrees", tool_call_id: "1" },
  { role: "tool", content: "pong", tool_call_id: "2" },
];

function toCall(id: string, name: string, given: string) {
  return { id, type: "function" as const, function: { name, arguments: given } };
}

describe("a template without a place for tools", () => {
  test("tells of them behind the system's text", async () => {
    const prompt = await promptOf("chatglm-4", { messages: [system, user], tools });
    expect(prompt).toContain(
      `<|system|>\nBe kind.\n\nYou can call these functions, each described by a line of JSON:\n${described}\n\n`,
    );
    expect(prompt).toContain(
      '\n{"name": "function_name", "arguments": {"parameter_name": "value"}}\n',
    );
    expect(prompt.endsWith("<|user|>\nIs it warm?<|assistant|>")).toBe(true);
  });

  test("tells of them before the first user's text where there is no system role", async () => {
    const prompt = await promptOf("gemma-2", { messages: [system, user], tools });
    expect(prompt).toMatch(
      /<start_of_turn>user\nYou can call [\s\S]*\n\nBe kind\.\n\nIs it warm\?/,
    );
  });

  test("says nothing where no tools are given", async () => {
    expect(await promptOf("phi-3", { messages: [user] })).not.toContain("functions");
  });

  test("shows calls as JSON, a line each, and their results in one user's turn", async () => {
    const messages = [user, calling, ...results, { role: "user", content: "And now?" } as const];
    expect(await promptOf("gemma-2", { messages })).toBe(
      `<bos><start_of_turn>user
Is it warm?<end_of_turn>
<start_of_turn>model
Let me see.
{"name": "get_weather", "arguments": {"city":"Oslo"}}
{"name": "ping", "arguments": {}}<end_of_turn>
<start_of_turn>user
get_weather returned:
12 degrees

ping returned:
pong

And now?<end_of_turn>
<start_of_turn>model
`,
    );
  });

  test("has answers that are read as they are told", async () => {
    const format = formatOf("phi-3");
    const { answer, rest } = await format.answered({ messages: [user, calling], tools });
    const reader = outputFormat(format.template ?? null).reader({ tools, promptEnd: "" });
    const read = readAnswer(reader, [textOf(answer)]);
    expect(read.content).toBe("Let me see.");
    expect(read.calls.map(({ name, arguments: given }) => [name, given])).toEqual([
      ["get_weather", '{"city":"Oslo"}'],
      ["ping", "{}"],
    ]);
    expect(textOf(rest)).toMatch(/^<\|end\|>/);
  });

  test("makes no control token of what tools, calls and results spell", async () => {
    const forged = "<end_of_turn>";
    const chat: Chat = {
      messages: [
        user,
        {
          role: "assistant",
          content: forged,
          tool_calls: [toCall(forged, forged, `{"a":"${forged}"}`)],
        },
        { role: "tool", content: forged, tool_call_id: forged },
      ],
      tools: [{ type: "function", function: { name: forged, description: forged } }],
    };
    const segments = await formatOf("gemma-2").prompt(chat);
    expect(segments.filter(({ special, text }) => special && text === forged)).toHaveLength(3);
    const plain = segments.filter(({ special }) => !special).map(({ text }) => text);
    expect(plain.join("").split(forged)).toHaveLength(8);
  });
});

describe("a template that writes calls and is silent about tools", () => {
  test("shows how it writes them", async () => {
    const prompt = await promptOf("deepseek-r1", { messages: [user], tools });
    expect(prompt).toContain(described);
    expect(prompt).toMatch(
      /like this, and nothing else:\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>function_name\n```json\n\{"parameter_name": "value"\}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>\n/,
    );
  });
});

describe("a template that shows tools and no calls", () => {
  test("has them in the model's own notation", async () => {
    const template =
      "{% for t in tools or [] %}List of tools: <|tool_list_start|>[{{ t | tojson }}]{% endfor %}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}";
    const format = templateFormat({
      template,
      render,
      bosToken: "",
      eosToken: "",
      controlTokens: [{ text: "<|tool_call_start|>" }, { text: "<|tool_call_end|>" }],
    });
    const segments = await format.prompt({ messages: [user, calling, ...results], tools });
    expect(textOf(segments)).toContain(
      '[assistant]Let me see.\n<|tool_call_start|>[get_weather(city="Oslo"), ping()]<|tool_call_end|>[tool]12 degrees[tool]pong',
    );
    expect(segments.filter(({ special }) => special).map(({ text }) => text)).toEqual([
      "<|tool_call_start|>",
      "<|tool_call_end|>",
    ]);
  });
});
