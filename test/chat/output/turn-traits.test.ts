/** @file An assistant's turns reach a template as it wants them: arguments, thoughts, texts beside calls. */
import { afterAll, describe, expect, test } from "vitest";
import { templateFormat } from "../../../src/chat/chat-template.ts";
import { findLibraries } from "../../../src/llama/libraries.ts";
import { templateRenderer } from "../../../src/llama/template-renderer.ts";
import type { ChatMessage } from "../../../src/protocol/openai.ts";
import { textOf } from "./template-trial.ts";

const { render, close } = templateRenderer(findLibraries("cpu"));
afterAll(close);

const call = {
  id: "abc123def",
  type: "function" as const,
  function: { name: "add", arguments: '{"a": 1, "b": ["x", true]}' },
};

function turn(content: string | null, thought?: string, calls = [call]): ChatMessage[] {
  const reasoning = thought === undefined ? {} : { reasoning_content: thought };
  const called = calls.length === 0 ? {} : { tool_calls: calls };
  return [
    { role: "user", content: "How much?" },
    { role: "assistant", content, ...reasoning, ...called },
    { role: "user", content: "And then?" },
  ];
}

/** What a template writes of the assistant's turn. */
async function written(body: string, messages: ChatMessage[]): Promise<string> {
  const template = `{% for message in messages %}{% if message.role == 'user' %}[U]{{ message.content }}{% elif message.role == 'assistant' %}[A]${body}{% endif %}{% endfor %}`;
  const controlTokens = ["[U]", "[A]"].map((text) => ({ text }));
  const format = templateFormat({ template, render, bosToken: "", eosToken: "", controlTokens });
  const text = textOf(await format.prompt({ messages }));
  return text.slice(text.indexOf("[A]") + 3, text.lastIndexOf("[U]"));
}

/** Shows that the template has calls, and writes nothing of the test's own. */
const cities =
  "{% for call in message.tool_calls or [] %}{{ call.function.arguments.city }}{% endfor %}";
const calls = "{% for call in message.tool_calls or [] %}";

describe("arguments", () => {
  test("are an object where the template writes JSON itself", async () => {
    const body = `${calls}{{ call.function.arguments | tojson }}{% endfor %}`;
    expect(await written(body, turn(null))).toBe('{"a": 1, "b": ["x", true]}');
  });

  test("are JSON text where the template writes them as they are", async () => {
    const body = `${calls}{{ call.function.name + '=' + call.function.arguments }}{% endfor %}`;
    expect(await written(body, turn(null))).toBe('add={"a": 1, "b": ["x", true]}');
    const empty = [{ ...call, function: { name: "add", arguments: "" } }];
    expect(await written(body, turn(null, undefined, empty))).toBe("add={}");
  });
});

describe("thoughts", () => {
  test.for([
    ["reasoning_content", "{{ message.reasoning_content }}"],
    ["thinking", "{{ message.thinking }}"],
    ["reasoning", "{{ message['reasoning'] }}"],
  ])("have the name that the template looks for: %s", async ([, body]) => {
    expect(await written(body, turn("Two.", "One.", []))).toBe("One.");
  });

  test("take in the text beside calls where a template refuses both", async () => {
    const refuses = `{% if message.tool_calls and message.content and message.thinking %}{{ raise_exception('Not both!') }}{% endif %}`;
    const body = `${refuses}{{ message.thinking }}|{{ message.content }}${cities}`;
    expect(await written(body, turn("Two.", "One."))).toBe("One.\n\nTwo.|");
    expect(await written(body, turn("Two.", "One.", []))).toBe("One.|Two.");
  });

  test("stand beside the text where a template takes both", async () => {
    const body = `{{ message.thinking }}|{{ message.content }}${cities}`;
    expect(await written(body, turn("Two.", "One."))).toBe("One.|Two.");
  });
});
