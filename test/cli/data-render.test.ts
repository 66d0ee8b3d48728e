/** @file `fastchat data render`: FastChat's own prompts, Jinja's, and what it says to mistakes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test, vi } from "vitest";
import { renderedPrompt, type TemplateChoice } from "../../src/cli/rendered-prompt.ts";
import { goldenPrompts } from "../chat/fastchat/golden-templates.ts";
import { runProgram } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-render-"));
afterAll(() => rmSync(folder, { recursive: true }));

const render = (conversation: unknown, choice: Partial<TemplateChoice>) =>
  renderedPrompt(JSON.stringify(conversation), {
    template: null,
    model_path: null,
    bos: "",
    eos: "",
    ...choice,
  });
const jinja = fileURLToPath(new URL("../fixtures/templates/qwen2.5.jinja", import.meta.url));
const asked = [{ role: "user", content: "Hi" }];

describe("renderedPrompt", () => {
  test.for(goldenPrompts)("writes $name as FastChat does: $id", async (one) => {
    expect(await render(one.messages, { template: one.name })).toBe(one.prompt);
  });

  test.for([
    ["is asked for by a question", asked],
    ["is asked for by an answer that is null", [...asked, { role: "assistant", content: null }]],
    ["is asked for by an answer that is empty", [...asked, { role: "assistant", content: "" }]],
  ] as const)("leaves a turn open where it %s", async ([, messages]) => {
    expect(await render(messages, { template: "vicuna_v1.1" })).toMatch(/ USER: Hi ASSISTANT:$/);
    expect(await render(messages, { template: jinja })).toMatch(/<\|im_start\|>assistant\n$/);
  });

  test("writes an answer that is there to its end", async () => {
    const messages = [...asked, { role: "assistant", content: "Ho" }];
    expect(await render(messages, { template: "vicuna_v1.1" })).toMatch(/ASSISTANT: Ho<\/s>$/);
    expect(await render(messages, { template: jinja })).toMatch(/assistant\nHo<\|im_end\|>\n$/);
  });

  test("takes tools and the tokens that a Jinja template asks for", async () => {
    const tools = [{ type: "function", function: { name: "look_up" } }];
    expect(await render({ messages: asked, tools }, { template: jinja })).toContain("look_up");
    expect(await render({ messages: asked, tools }, { template: "alpaca" })).toContain("look_up");
    const template = join(folder, "bos.jinja");
    writeFileSync(template, "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}");
    expect(await render(asked, { template, bos: "<s>", eos: "</s>" })).toBe("<s>Hi</s>");
  });

  test("takes the template of a model's name, or the plain format", async () => {
    const said = vi.spyOn(console, "error").mockReturnValue();
    expect(await render(asked, { model_path: "lmsys/vicuna-7b-v1.5" })).toMatch(/USER: Hi ASS/);
    expect(await render(asked, { model_path: "never-heard-of" })).toMatch(/### User:\nHi/);
    expect(said.mock.calls.flat()).toEqual([
      "template 'vicuna_v1.1', by FastChat's VicunaAdapter",
      "FastChat has no template for 'never-heard-of': this is the plain chat format",
    ]);
    said.mockRestore();
  });

  test.for([
    [
      asked,
      { template: "vicuna" },
      /no file 'vicuna', and FastChat .* did you mean 'vicuna_v1\.1'/,
    ],
    [
      [{ role: "user" }],
      { template: "alpaca" },
      /takes it: 'messages\[0\]\.content' is missing\.$/,
    ],
    [[], { template: "alpaca" }, /takes it: 'messages' must not be empty\.$/],
    [
      [{ role: "bot", content: "Hi" }],
      { template: "alpaca" },
      /takes it: 'messages\[0\]\.role' must be 'system', .* or 'tool'\.$/,
    ],
    [
      [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }],
      { template: "alpaca" },
      /^A prompt of text cannot show a picture\.$/,
    ],
    [{ messages: asked, tools: [{}] }, { template: "alpaca" }, /tools\[0\]/],
    [asked, { template: "yandexgpt" }, /writes no prompts/],
    [asked, {}, /option '--template' is missing/],
  ] as const)("refuses %j with %j", async ([conversation, choice, words]) => {
    await expect(render(conversation, choice)).rejects.toThrow(words);
  });

  test("says what a Jinja template cannot do", async () => {
    const template = join(folder, "broken.jinja");
    writeFileSync(template, "{{ broken");
    await expect(render(asked, { template })).rejects.toThrow(/cannot be parsed/);
    writeFileSync(template, "{{ raise_exception('no systems here') }}");
    await expect(render(asked, { template })).rejects.toThrow(/no systems here/);
  });
});

describe("fastchat data render", () => {
  test("prints the prompt and nothing else", async () => {
    const args = ["data", "render", "-", "--template", "llama-2"];
    const input = JSON.stringify(asked);
    expect(await runProgram(args, { input })).toMatchObject({
      code: 0,
      stdout: "[INST] Hi [/INST]",
      stderr: "",
    });
  });

  test("reads a file, and lists the names", async () => {
    const file = join(folder, "messages.json");
    writeFileSync(file, JSON.stringify({ messages: asked }));
    const rendered = await runProgram(["data", "render", file, "--model-path", "qwen-7b"]);
    expect(rendered.stdout).toMatch(/<\|im_start\|>user\nHi<\|im_end\|>/);
    const { stdout } = await runProgram(["data", "render", "--list"]);
    expect(stdout.trim().split("\n")).toHaveLength(102);
  });

  test.for([
    [["nope.json", "--template", "gemma"], "", 1, /Cannot read the conversation: .*nope\.json/],
    [["-", "--template", "gemma"], "{", 1, /not valid JSON/],
    [["-"], JSON.stringify(asked), 2, /--template/],
    [[], "", 2, /missing required argument 'file'/],
  ] as const)("answers %j in one line", async ([args, input, code, words]) => {
    const finished = await runProgram(["data", "render", ...args], { input });
    expect(finished).toMatchObject({ code, stdout: "" });
    expect(finished.stderr).toMatch(words);
    expect(finished.stderr.trim()).not.toContain("\n");
  });

  test("explains itself by examples", async () => {
    const { stdout } = await runProgram(["data", "render", "--help"]);
    expect(stdout).toContain("fastchat data render messages.json --template vicuna_v1.1");
    expect(stdout).toMatch(/Exit codes: 0 done, 1 .*, 2 /);
  });
});
