/** @file What readers make of answers: well written, badly written, and cut anywhere. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callFormats } from "../../../src/chat/output/formats/call-formats.ts";
import { thoughtFormats } from "../../../src/chat/output/formats/thoughts.ts";
import type { OutputPiece } from "../../../src/chat/output/output-format.ts";
import { outputFormat } from "../../../src/chat/output/output-formats.ts";
import type { Tool } from "../../../src/protocol/openai.ts";
import { type ReadAnswer, readAnswer } from "./read-answer.ts";

function tool(name: string, properties: Record<string, unknown>): Tool {
  return { type: "function", function: { name, parameters: { type: "object", properties } } };
}

const tools = [
  tool("add", { a: { type: "number" }, b: { type: "number" } }),
  tool("say", { text: { type: "string" }, times: { type: ["integer", "string"] }, all: {} }),
  tool("python", { code: { type: "string" } }),
];

/** Templates that show no more than what tells a format. */
const shown = {
  hermes: "<think> <tool_call> tools",
  qwenCoder: "<tool_call> <function= <parameter= tools",
  glm: "<tool_call> <arg_key> tools",
  llama: '{"name": x, "parameters": y} tools <|python_tag|>',
  mistral: "[TOOL_CALLS] [ARGS] [THINK] tools",
  mistralList: "[TOOL_CALLS] tools",
  deepseek: "<｜tool▁call▁begin｜> tools",
  kimi: "<|tool_calls_section_begin|> <think> tools",
  harmony: "<|channel|> <|message|> analysis tools",
  functionary: ">>>all tools",
  gemma: '<|tool_call> <|"|> <|channel> tools',
  lfm: "<|tool_call_start|> tools",
  dsml: "｜DSML｜ function_calls tools",
  json: "tools",
  cohere: "<|START_THINKING|> <|START_ACTION|> tools",
  commandR: "Action: tool_name directly-answer tools",
};

/** Reads an answer whole and character by character, which gives the same. */
function read(
  template: string,
  text: string,
  options: { tools?: Tool[]; promptEnd?: string } = {},
): ReadAnswer {
  const format = outputFormat(template);
  const reader = () => format.reader({ tools, promptEnd: "", ...options });
  const whole = readAnswer(reader(), [text]);
  expect(readAnswer(reader(), [...text])).toEqual(whole);
  return whole;
}

const nothing: ReadAnswer = { content: "", reasoning: "", calls: [] };
const add = { name: "add", arguments: '{"a": 1}' };

describe("outputFormat", () => {
  test("knows nothing of a model without a template", () => {
    const { toolFormat, reasoningFormat, thought } = outputFormat(null);
    expect({ toolFormat, reasoningFormat, thought }).toEqual({
      toolFormat: null,
      reasoningFormat: null,
      thought: null,
    });
  });

  test("takes plain JSON for granted where a template has tools and nothing that is known", () => {
    expect(outputFormat("{% if tools %}").toolFormat).toBe("JSON");
  });

  test("names the control tokens that a reader has to see", () => {
    expect(outputFormat(shown.gemma).visible).toEqual(
      expect.arrayContaining(["<|tool_call>", "<tool_call|>", '<|"|>', "<|channel>", "<channel|>"]),
    );
    expect(outputFormat(shown.harmony).visible).toEqual(
      expect.arrayContaining([
        "<|channel|>",
        "<|message|>",
        "<|start|>",
        "<|end|>",
        "<|constrain|>",
      ]),
    );
    expect(outputFormat(shown.dsml).visible).toContain("｜DSML｜");
  });
});

describe("a thought", () => {
  test("is told apart, newlines around it left out", () => {
    expect(read(shown.hermes, "\n<think>\n\nOne\n\ntwo. \n</think>\n\nThree\n")).toEqual({
      ...nothing,
      reasoning: "One\n\ntwo.",
      content: "Three\n",
    });
  });

  test("goes on that the prompt has opened, even if the model opens it again", () => {
    const promptEnd = "<|im_start|>assistant\n<think>\n";
    const expected = { ...nothing, reasoning: "One", content: "Two" };
    expect(read(shown.hermes, "One</think>\nTwo", { promptEnd })).toEqual(expected);
    expect(read(shown.hermes, "<think>\nOne</think>\nTwo", { promptEnd })).toEqual(expected);
  });

  test("is not opened by what a user wrote at the prompt's end", () => {
    const promptEnd = "What is <think>?<|im_end|>\n<|im_start|>assistant\n";
    expect(read(shown.hermes, "A tag.", { promptEnd }).content).toBe("A tag.");
  });

  test("that was closed by the prompt, or is empty, is none", () => {
    const promptEnd = "<think>\n\n</think>";
    expect(read(shown.hermes, "\n\nTwo", { promptEnd })).toEqual({ ...nothing, content: "Two" });
    expect(read(shown.hermes, "<think></think>Two")).toEqual({ ...nothing, content: "Two" });
    expect(read(shown.hermes, "</think>\n\nTwo")).toEqual({ ...nothing, content: "Two" });
  });

  test("stands only at the beginning", () => {
    const text = "The tag <think> opens, </think> closes.";
    expect(read(shown.hermes, text)).toEqual({ ...nothing, content: text });
  });

  test("that never ends is all there is", () => {
    expect(read(shown.hermes, "<think>One <tool_ca")).toEqual({
      ...nothing,
      reasoning: "One <tool_ca",
    });
  });

  test("is read where no tools are, and calls are not", () => {
    const text = '<think>One</think><tool_call>{"name": "add", "arguments": {}}</tool_call>';
    expect(read(shown.hermes, text, { tools: [] })).toEqual({
      ...nothing,
      reasoning: "One",
      content: '<tool_call>{"name": "add", "arguments": {}}</tool_call>',
    });
  });

  test("ends at a call where a model forgets to close it (Kimi K2)", () => {
    const text =
      '<think>One<|tool_call_begin|>functions.add:0<|tool_call_argument_begin|>{"a": 1}<|tool_call_end|>';
    expect(read(shown.kimi, text)).toEqual({
      ...nothing,
      reasoning: "One",
      calls: [{ ...add, id: "functions.add:0" }],
    });
  });

  test("may hold a call's opening that opens none", () => {
    const text = "<|START_THINKING|>I write <|START_ACTION|> now.<|END_THINKING|>Done";
    expect(read(shown.cohere, text)).toEqual({
      ...nothing,
      reasoning: "I write <|START_ACTION|> now.",
      content: "Done",
    });
  });
});

describe("calls", () => {
  test("come between texts, whitespace around them left out", () => {
    const call = '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>';
    expect(read(shown.hermes, `First.\n\n${call}\n${call}\n\nThen.\n`)).toEqual({
      ...nothing,
      content: "First.Then.",
      calls: [add, add],
    });
  });

  test("of a tool that is not offered are calls", () => {
    const text = '<tool_call>{"name": "sub", "arguments": {"x": 1}}</tool_call>';
    expect(read(shown.hermes, text).calls).toEqual([{ name: "sub", arguments: '{"x": 1}' }]);
  });

  test.for([
    ["no arguments", '{"name": "add"}', "{}"],
    ["null", '{"name": "add", "arguments": null}', "{}"],
    ["the arguments first", '{"arguments": {"a": 1}, "name": "add"}', '{"a": 1}'],
    ["the arguments as a text", '{"name": "add", "arguments": "{\\"a\\": 1}"}', '{"a": 1}'],
    ["other members", '{"type": "x", "name": "add", "parameters": {"a": 1}, "y": [2]}', '{"a": 1}'],
    ["a line break in a text", '{"name": "add", "arguments": {"a": "x\ny"}}', '{"a": "x\\ny"}'],
    ["a bad escape", '{"name": "add", "arguments": {"a": "\\d"}}', '{"a": "\\\\d"}'],
    ["Python's words", '{"name": "add", "arguments": {"a": True}}', '{"a": true}'],
  ] as const)("with %s are understood", ([, json, given]) => {
    const { content, calls } = read(shown.hermes, `<tool_call>${json}</tool_call>`);
    expect({ content, calls }).toEqual({ content: "", calls: [{ name: "add", arguments: given }] });
  });

  test.for([
    '<tool_call>{"name": "add", "arguments": 3}</tool_call> x',
    '<tool_call>{"nom": "add"}</tool_call> x',
    "<tool_call>add</tool_call>",
    '<tool_call>{"name": ',
    "<tool_call>",
    "<tool_c",
    "a < b <tool",
  ])("that are none are content: %j", (text) => {
    expect(read(shown.hermes, text)).toEqual({ ...nothing, content: text });
  });

  test("that break off in their arguments are told as far as they go", () => {
    const begun = '<tool_call>{"name": "add", "arguments": {"a": ';
    const calls = [{ name: "add", arguments: '{"a": ' }];
    expect(read(shown.hermes, begun)).toEqual({ ...nothing, calls });
    expect(read(shown.hermes, `${begun}x}`)).toEqual({ ...nothing, content: "x}", calls });
  });

  test("are told name first, and then as the arguments are written", () => {
    const reader = outputFormat(shown.hermes).reader({ tools, promptEnd: "" });
    const told = [
      '<tool_call>{"name": "say"',
      ', "arguments": {"te',
      'xt": "a',
      'b"}}</tool_call>',
    ];
    expect(told.map((text) => reader.push(text))).toEqual([
      [],
      [{ kind: "call", index: 0, name: "say", arguments: '{"te' }],
      [{ kind: "call", index: 0, arguments: 'xt": "a' }],
      [{ kind: "call", index: 0, arguments: 'b"}' }],
    ] satisfies OutputPiece[][]);
  });

  test("between tags tell a long text as it is written", () => {
    const reader = outputFormat(shown.qwenCoder).reader({ tools, promptEnd: "" });
    reader.push("<tool_call>\n<function=say>\n<parameter=text>\n");
    expect(reader.push('one "two"')).toEqual([
      { kind: "call", index: 0, arguments: 'one \\"two\\"' },
    ]);
    expect(reader.push("\n</param")).toEqual([]);
    expect(reader.push("s>")).toEqual([{ kind: "call", index: 0, arguments: "\\n</params>" }]);
  });

  test("between tags are typed by the tool's schema", () => {
    const of = (name: string, key: string, value: string) => {
      const text = `<tool_call><function=${name}><parameter=${key}>${value}</parameter></function></tool_call>`;
      return JSON.parse(read(shown.qwenCoder, text).calls[0]?.arguments ?? "")[key];
    };
    expect(of("say", "text", "12")).toBe("12");
    expect(of("say", "times", "12")).toBe(12);
    expect(of("say", "times", "twelve")).toBe("twelve");
    expect(of("say", "all", '{"x": [1]}')).toEqual({ x: [1] });
    expect(of("add", "a", "1e3")).toBe(1000);
    expect(of("add", "a", "one")).toBe("one");
    expect(of("unknown", "x", "True")).toBe(true);
    expect(of("unknown", "x", "{'y': 'z'}")).toEqual({ y: "z" });
    expect(of("unknown", "x", "so it is")).toBe("so it is");
  });

  test("may be bare JSON, and JSON may be no call", () => {
    const call = '{"name": "add", "parameters": {"a": 1}}';
    expect(read(shown.llama, `\n${call}`)).toEqual({ ...nothing, calls: [add] });
    expect(read(shown.json, `[${call}, ${call}]`)).toEqual({ ...nothing, calls: [add, add] });
    for (const json of ['{"name": "Ada", "born": 1815}', "{}", "[1, 2]", '{"name": "add', "[]"])
      expect(read(shown.json, json).calls, json).toEqual([]);
    expect(read(shown.json, '{"name": "Ada", "born": 1815}').content).toContain("Ada");
    expect(read(shown.json, `Like this: ${call}`).calls).toEqual([]);
  });

  test("may be lines of JSON behind a text", () => {
    const call = '{"name": "add", "arguments": {"a": 1}}';
    expect(read("", `Let me see.\n${call}\n${call}`)).toEqual({
      ...nothing,
      content: "Let me see.",
      calls: [add, add],
    });
    for (const text of ['So:\n{"name": "Ada", "born": 1815}\nThere.', 'So:\n{"name"', "a\n{}\n[]"])
      expect(read("", text)).toEqual({ ...nothing, content: text });
  });

  test("are no longer waited for once bare JSON is something else", () => {
    const reader = outputFormat(shown.llama).reader({ tools, promptEnd: "" });
    expect(reader.push('{"title": "A lo')).toEqual([
      { kind: "content", text: '{"title": "A lo', at: 0 },
    ]);
  });

  test.for([
    ["<|python_tag|>print('hi')\n", { name: "python", arguments: `{"code": "print('hi')\\n"}` }],
    ['<|python_tag|>add.call(a=1, b="x")', { name: "add", arguments: '{"a": 1, "b": "x"}' }],
    ['<|python_tag|>{"name": "add", "parameters": {"a": 1}}', add],
  ] as const)("of Llama's built-in tools are calls: %j", ([text, call]) => {
    expect(read(shown.llama, text)).toEqual({ ...nothing, calls: [call] });
  });
});

describe("each family's own way", () => {
  const one = { ...nothing, calls: [add] };
  const both = { ...nothing, calls: [add, { name: "say", arguments: "{}" }] };

  test.for<[keyof typeof shown, string, ReadAnswer]>([
    [
      "mistral",
      '[THINK]One[/THINK]Two[TOOL_CALLS]add[ARGS]{"a": 1}[TOOL_CALLS]say[ARGS]{}',
      { ...both, reasoning: "One", content: "Two" },
    ],
    [
      "mistralList",
      '[TOOL_CALLS] [{"name": "add", "arguments": {"a": 1}}, {"name": "say", "arguments": {}}]',
      both,
    ],
    [
      "deepseek",
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>add<｜tool▁sep｜>{"a": 1}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
      one,
    ],
    [
      "gemma",
      '<|channel>thought\nOne<channel|>Two<|tool_call>call:say{text:<|"|>a}"b<|"|>,all:[1,{x:true}]}<tool_call|>',
      {
        reasoning: "One",
        content: "Two",
        calls: [{ name: "say", arguments: '{"text": "a}\\"b", "all": [1, {"x": true}]}' }],
      },
    ],
    [
      "lfm",
      `<|tool_call_start|>[add(a=1), say(text='it\\'s "x"', all={'k': None})]<|tool_call_end|>Done`,
      {
        ...nothing,
        content: "Done",
        calls: [add, { name: "say", arguments: `{"text": "it's \\"x\\"", "all": {"k": null}}` }],
      },
    ],
    [
      "glm",
      "Two\n<tool_call>add\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n</tool_call>",
      { ...one, content: "Two" },
    ],
    [
      "commandR",
      'Action:\n```json\n[{"tool_name": "directly-answer", "parameters": {}}]```',
      nothing,
    ],
    [
      "cohere",
      "<|START_THINKING|>One<|END_THINKING|><|START_RESPONSE|>Two<|END_RESPONSE|>",
      { ...nothing, reasoning: "One", content: "Two" },
    ],
    ["functionary", '>>>all\nTwo>>>add\n{"a": 1}', { ...one, content: "Two" }],
    [
      "harmony",
      '<|channel|>analysis<|message|>One<|end|><|start|>assistant<|channel|>commentary<|message|>Two<|end|><|start|>assistant<|channel|>commentary to=functions.add <|constrain|>json<|message|>{"a": 1}<|call|>',
      { ...one, reasoning: "One", content: "Two" },
    ],
    ["harmony", "<|channel|>final <|constrain|>json<|message|>{}", { ...nothing, content: "{}" }],
  ])("%s: %j", ([name, text, expected]) => {
    expect(read(shown[name], text)).toEqual(expected);
  });

  test("functionary: goes on behind the mark that the prompt ends with", () => {
    const promptEnd = "assistant<|end_header_id|>\n\n>>>";
    expect(read(shown.functionary, 'add\n{"a": 1}', { promptEnd })).toEqual(one);
    expect(read(shown.functionary, "all\nTwo", { promptEnd, tools: [] }).content).toBe("Two");
    expect(read(shown.functionary, "Well, no.", { promptEnd }).content).toBe("Well, no.");
  });
});

describe("whatever is written", () => {
  const marks = [
    ...callFormats.flatMap(({ syntax, frames }) => [
      ...syntax.opens,
      ...syntax.marks,
      ...(frames ?? []),
    ]),
    ...thoughtFormats.flatMap(({ open, close }) => [open, close]),
    ...[
      '{"name": "add", "arguments": {"a": 1}}',
      '{"name": "',
      "call:add{",
      "add",
      "(a=1)",
      "[",
      "]",
    ],
    ...["{", "}", '"', "\n", " ", "x", "🙂", '">', "<![CDATA[", "\\", ",", ":"],
  ];
  const word = fc.oneof(
    fc.constantFrom(...new Set(marks)),
    fc.string({ unit: "binary", maxLength: 3 }),
  );
  const template = fc.constantFrom(...Object.values(shown));
  const answer = fc.array(word, { maxLength: 14 }).map((words) => words.join(""));

  test("nothing throws, no cut changes what is read, and each text stands where it says", () => {
    fc.assert(
      fc.property(
        template,
        answer,
        fc.array(fc.nat(200)),
        fc.boolean(),
        (shows, text, cuts, thinks) => {
          const { reader, thought } = outputFormat(shows);
          const options = { tools, promptEnd: thinks ? (thought?.open ?? "") : "" };
          const places = [...new Set([0, ...cuts, text.length])].sort((a, b) => a - b);
          const parts = places.map((from, index) =>
            text.slice(from, places[index + 1] ?? text.length),
          );
          expect(readAnswer(reader(options), parts)).toEqual(readAnswer(reader(options), [text]));
        },
      ),
      { numRuns: 2000, seed: 6 },
    );
  });

  test("a long answer takes time in proportion to its length", () => {
    const started = performance.now();
    for (const shows of Object.values(shown)) {
      const reader = outputFormat(shows).reader({ tools, promptEnd: "" });
      for (let count = 0; count < 20_000; count++)
        reader.push(count % 9 === 0 ? " <tool" : " word");
      reader.end();
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
