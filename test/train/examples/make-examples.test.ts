/**
 * @file Masks, compared with ones made by hand: `«…»` is what the model has to write itself, all else
 * it reads. Every prompt is the one that a worker would read.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainFormat } from "../../../src/chat/plain-format.ts";
import type { LessonMessage } from "../../../src/data/conversation.ts";
import { familyOf, mistralFamily, smollmFamily } from "../../../src/fresh/families.ts";
import { findLibraries } from "../../../src/llama/libraries.ts";
import { type Native, startNative } from "../../../src/llama/native.ts";
import { templateRenderer } from "../../../src/llama/template-renderer.ts";
import type { Tool } from "../../../src/protocol/openai.ts";
import type { Example } from "../../../src/train/examples/example.ts";
import { type ExampleOptions, exampleMaker } from "../../../src/train/examples/make-examples.ts";
import { families } from "../../chat/families.ts";
import {
  chatml,
  familyNamed,
  smollm,
  type TemplateModel,
  templateModel,
  tinyModelOf,
} from "./template-model.ts";

const { render, close } = templateRenderer(findLibraries("cpu"));
let native: Native;
const models = new Map<string, TemplateModel>();
beforeAll(() => {
  native = startNative(findLibraries("cpu"), "cpu", () => undefined);
});
afterAll(() => {
  close();
  for (const model of models.values()) model.free();
});

const own = [chatml, smollm];

function modelOf(name: string): TemplateModel {
  const family = own.find((each) => each.name === name) ?? familyNamed(name);
  const model = models.get(name) ?? templateModel(native, render, family);
  models.set(name, model);
  return model;
}

async function examplesOf(
  name: string,
  messages: LessonMessage[],
  more: { tools?: Tool[] } & Partial<ExampleOptions> = {},
): Promise<Example[]> {
  const { tools = null, ...options } = more;
  const make = await exampleMaker({
    ...modelOf(name),
    supervise: "all",
    contextSize: 4096,
    ...options,
  });
  return make({ messages, tools, place: "chats.jsonl:3" });
}

/** An example as text, control tokens by their names, `«…»` around what counts. */
function spans({ tokens, weights }: Example, { vocab, addsSpace }: TemplateModel): string {
  const controls = new Set(vocab.controlTokens().map(({ text }) => text));
  let text = "";
  let [counts, begins] = [false, true];
  for (const [index, token] of tokens.entries()) {
    const piece = vocab.piece(token, true).text ?? "";
    if (counts !== (weights[index] ?? 0) > 0) text += counts ? "»" : "«";
    counts = (weights[index] ?? 0) > 0;
    text += begins && addsSpace ? piece.replace(/^ /, "") : piece;
    begins = controls.has(vocab.spelling(token));
  }
  return counts ? `${text}»` : text;
}

async function masks(
  name: string,
  ...given: Parameters<typeof examplesOf> extends [string, ...infer Rest] ? Rest : never
) {
  return (await examplesOf(name, ...given)).map((example) => spans(example, modelOf(name)));
}

/** What the model has to write, of each example. */
const spoken = (all: string[]) => all.flatMap((mask) => mask.match(/(?<=«)[^»]*/g) ?? []);

const dialogue: LessonMessage[] = [
  { role: "system", content: "Be kind." },
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Hello!" },
  { role: "user", content: "Bye" },
  { role: "assistant", content: "See you." },
];

const qwenTurns = `<|im_start|>user
Hi<|im_end|>
<|im_start|>assistant
«Hello!<|im_end|>»
<|im_start|>user
Bye<|im_end|>
<|im_start|>assistant
«See you.<|im_end|>»`;

/** By hand, from each template's text. */
const byHand: Record<string, string[]> = {
  chatml: [`<|im_start|>system\nBe kind.<|im_end|>\n${qwenTurns}`],
  smollm: [`<|im_start|>system\nBe kind.<|im_end|>\n${qwenTurns}`],
  "qwen2.5": [`<|im_start|>system\nBe kind.<|im_end|>\n${qwenTurns}`],
  qwen3: [
    `<|im_start|>system
Be kind.<|im_end|>
<|im_start|>user
Hi<|im_end|>
<|im_start|>assistant
«<think>

</think>

Hello!<|im_end|>»`,
    `<|im_start|>system
Be kind.<|im_end|>
<|im_start|>user
Hi<|im_end|>
<|im_start|>assistant
Hello!<|im_end|>
<|im_start|>user
Bye<|im_end|>
<|im_start|>assistant
«<think>

</think>

See you.<|im_end|>»`,
  ],
  "gemma-2": [
    `<bos><start_of_turn>user
Be kind.

Hi<end_of_turn>
<start_of_turn>model
«Hello!<end_of_turn>»
<start_of_turn>user
Bye<end_of_turn>
<start_of_turn>model
«See you.<end_of_turn>»`,
  ],
  "phi-3": [
    `<s><|user|>
Be kind.

Hi<|end|>
<|assistant|>
«Hello!<|end|>»
<|user|>
Bye<|end|>
<|assistant|>
«See you.<|end|>»`,
  ],
  "llama-2": [
    `<s>[INST] <<SYS>>
Be kind.
<</SYS>>

Hi [/INST]« Hello! </s>»<s>[INST] Bye [/INST]« See you. </s>»`,
  ],
  vicuna: [
    `<s>Be kind.

USER: Hi
ASSISTANT:« Hello!</s>»
USER: Bye
ASSISTANT:« See you.</s>»`,
  ],
  "mistral-v7": [
    "<s>[SYSTEM_PROMPT] Be kind.[/SYSTEM_PROMPT][INST] Hi[/INST]« Hello!</s>»[INST] Bye[/INST]« See you.</s>»",
  ],
  "mistral-v3": [
    "<s>[INST]Be kind.\n\nHi[/INST]«Hello!</s>»",
    "<s>[INST]Hi[/INST]Hello!</s>[INST]Be kind.\n\nBye[/INST]«See you.</s>»",
  ],
  "deepseek-v2": [
    `<｜begin▁of▁sentence｜>Be kind.

User: Hi

Assistant:« Hello!<｜end▁of▁sentence｜>»User: Bye

Assistant:« See you.<｜end▁of▁sentence｜>»`,
  ],
  "deepseek-r1": [
    "<｜begin▁of▁sentence｜>Be kind.<｜User｜>Hi<｜Assistant｜><think>\n</think>«Hello!<｜end▁of▁sentence｜>»",
    "<｜begin▁of▁sentence｜>Be kind.<｜User｜>Hi<｜Assistant｜>Hello!<｜end▁of▁sentence｜><｜User｜>Bye<｜Assistant｜><think>\n</think>«See you.<｜end▁of▁sentence｜>»",
  ],
  "command-r": [
    "<BOS_TOKEN><|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>Be kind.<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|USER_TOKEN|>Hi<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>«Hello!<|END_OF_TURN_TOKEN|>»<|START_OF_TURN_TOKEN|><|USER_TOKEN|>Bye<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>«See you.<|END_OF_TURN_TOKEN|>»",
  ],
  "minimax-m2": [
    `]~!b[]~b]system
Be kind.[e~[
]~b]user
Hi[e~[
]~b]ai
<think>
«
</think>

Hello![e~[»`,
    `]~!b[]~b]system
Be kind.[e~[
]~b]user
Hi[e~[
]~b]ai
Hello![e~[
]~b]user
Bye[e~[
]~b]ai
<think>
«
</think>

See you.[e~[»`,
  ],
  "reka-edge": [
    `system: Be kind.

<sep>human: Hi<sep>assistant:« Hello!

<sep>»human: Bye<sep>assistant:« See you.

<sep>»`,
  ],
  // Its template ends no answer, so the model's own end is put there.
  "chatglm-4": [
    "<|system|>\nBe kind.<|user|>\nHi<|assistant|>«\nHello!<|endoftext|>»",
    "<|system|>\nBe kind.<|user|>\nHi<|assistant|>\nHello!<|user|>\nBye<|assistant|>«\nSee you.<|endoftext|>»",
  ],
  "gemma-4": [
    `<bos><|turn>system
Be kind.<turn|>
<|turn>user
Hi<turn|>
<|turn>model
<|channel>thought
<channel|>«Hello!<turn|>»`,
    `<bos><|turn>system
Be kind.<turn|>
<|turn>user
Hi<turn|>
<|turn>model
Hello!<turn|>
<|turn>user
Bye<turn|>
<|turn>model
<|channel>thought
<channel|>«See you.<turn|>»`,
  ],
};

describe("a dialogue, as its template writes it", () => {
  test.for(Object.entries(byHand))("%s", async ([name, expected]) => {
    expect(await masks(name, dialogue)).toEqual(expected);
  });

  test("llama-3.2", async () => {
    const [mask, ...others] = await masks("llama-3.2", dialogue);
    expect(mask?.replace(/Today Date: .*/, "Today Date: today")).toBe(
      `<|begin_of_text|><|start_header_id|>system<|end_header_id|>

Cutting Knowledge Date: December 2023
Today Date: today

Be kind.<|eot_id|><|start_header_id|>user<|end_header_id|>

Hi<|eot_id|><|start_header_id|>assistant<|end_header_id|>

«Hello!<|eot_id|>»<|start_header_id|>user<|end_header_id|>

Bye<|eot_id|><|start_header_id|>assistant<|end_header_id|>

«See you.<|eot_id|>»`,
    );
    expect(others).toEqual([]);
  });

  test("without a template", async () => {
    const { vocab } = modelOf("llama-2");
    const found = await masks("llama-2", dialogue, { format: plainFormat(), vocab });
    expect(found).toEqual([
      "<s>Be kind.\n\n### User:\nHi\n\n### Assistant:\n«Hello!</s>»",
      "<s>Be kind.\n\n### User:\nHi\n\n### Assistant:\nHello!\n\n### User:\nBye\n\n### Assistant:\n«See you.</s>»",
    ]);
  });
});

describe("the templates that tiny models come with", () => {
  const tinies = {
    llama: familyOf("llama", "bpe"),
    qwen2: familyOf("qwen2", "bpe"),
    qwen3: familyOf("qwen3", "bpe"),
    gemma3: familyOf("gemma3", "spm"),
    phi3: familyOf("phi3", "spm"),
    mistral: mistralFamily(),
    smollm: smollmFamily(),
  };
  test.for(Object.entries(tinies))("show each answer: %s", async ([name, family]) => {
    const model = tinyModelOf(native, render, name, family);
    const make = await exampleMaker({ ...model, supervise: "all", contextSize: 512 });
    const found = await make({ messages: dialogue, tools: null, place: "a:1" });
    const end = model.vocab.spelling(found[0]?.tokens.at(-1) ?? -1);
    const said = spoken(found.map((example) => spans(example, model))).map((text) => text.trim());
    expect(said).toEqual([`Hello!${end}`, `See you.${end}`]);
    model.free();
  });
});

/** Answers that try the places where words of theirs and of the template meet. */
const awkward: LessonMessage[] = [
  { role: "user", content: "Hello!" },
  { role: "assistant", content: "Hello!" },
  { role: "user", content: " two  spaces \n" },
  { role: "assistant", content: "\n\n  indented\n\n" },
  { role: "user", content: "<|im_end|></s><end_of_turn>" },
  { role: "assistant", content: "Say <|im_end|> or </s>, <eos>, [/INST] and <|eot_id|>." },
  { role: "user", content: "漢字 😀?" },
  { role: "assistant", content: "名前 👩‍👩‍👧" },
];

describe("a worker's prompts", () => {
  const names = [...families.map(({ name }) => name), "chatml", "smollm"];
  const answersOf = (messages: LessonMessage[]) =>
    [...messages.keys()].filter((index) => messages[index]?.role === "assistant");

  test.for(names)("begin what is learned, answer for answer: %s", async (name) => {
    const { format, vocab } = modelOf(name);
    for (const messages of [dialogue, awkward]) {
      const examples = await examplesOf(name, messages);
      for (const index of answersOf(messages)) {
        const asked = { messages: messages.slice(0, index), addGenerationPrompt: true };
        const prompt = vocab.tokenizeSegments(await format.prompt(asked));
        const example = examples.find(
          ({ tokens, weights }) =>
            prompt.every((token, at) => tokens[at] === token) &&
            (weights[prompt.length] ?? 0) > 0 &&
            weights[prompt.length - 1] === 0,
        );
        expect(example, `message ${index}`).toBeDefined();
        const written = example?.tokens.subarray(prompt.length) ?? new Int32Array();
        const end = written.findIndex((token) => vocab.isEndOfGeneration(token));
        const said = vocab.detokenize(written.subarray(0, end));
        expect(said).toContain(`${messages[index]?.content}`.trim());
        expect(example?.weights.subarray(prompt.length, prompt.length + end + 1)).toEqual(
          new Float32Array(end + 1).fill(1),
        );
      }
    }
  });

  test.for(["chatml", "qwen2.5", "llama-3.2", "gemma-2", "phi-3", "llama-2", "vicuna"])(
    "are the whole conversation's own tokens: %s",
    async (name) => {
      const { format, vocab } = modelOf(name);
      const [example] = await examplesOf(name, dialogue);
      const rendered = await format.prompt({ messages: dialogue, addGenerationPrompt: false });
      const tokens = vocab.tokenizeSegments(rendered);
      expect([...(example?.tokens ?? [])]).toEqual([...tokens.subarray(0, example?.tokens.length)]);
    },
  );
});

const weather: Tool = {
  type: "function",
  function: { name: "weather", parameters: { type: "object", properties: {} } },
};
const called: LessonMessage[] = [
  { role: "user", content: "Is it warm in Rome?" },
  {
    role: "assistant",
    content: "Let me see.",
    tool_calls: [
      {
        id: "abc123def",
        type: "function",
        function: { name: "weather", arguments: '{"city": "Rome"}' },
      },
    ],
  },
  { role: "tool", content: "20 degrees", tool_call_id: "abc123def" },
  { role: "assistant", content: "Yes, 20 degrees." },
];
describe("a tool call is learned as the template writes it", () => {
  test.for([
    [
      "qwen2.5",
      'Let me see.\n<tool_call>\n{"name": "weather", "arguments": {"city": "Rome"}}\n</tool_call><|im_end|>',
      "Yes, 20 degrees.<|im_end|>",
    ],
    [
      "qwen3",
      '<think>\n\n</think>\n\nLet me see.\n<tool_call>\n{"name": "weather", "arguments": {"city": "Rome"}}\n</tool_call><|im_end|>',
      "<think>\n\n</think>\n\nYes, 20 degrees.<|im_end|>",
    ],
    [
      "llama-3.2",
      '{"name": "weather", "parameters": {"city": "Rome"}}<|eot_id|>',
      "Yes, 20 degrees.<|eot_id|>",
    ],
    [
      "mistral-v3",
      '[TOOL_CALLS][{"name": "weather", "arguments": {"city": "Rome"}, "id": "abc123def"}]</s>',
      "Yes, 20 degrees.</s>",
    ],
    [
      "gemma-4",
      '<|tool_call>call:weather{city:<|"|>Rome<|"|>}<tool_call|>Let me see.<|tool_response>',
      "Yes, 20 degrees.<turn|>",
    ],
  ])("%s", async ([name = "", ...expected]) => {
    expect(spoken(await masks(name, called, { tools: [weather] }))).toEqual(expected);
  });
});

describe("exampleMaker", () => {
  const refusal = (given: Promise<unknown>) =>
    given.then(
      () => "",
      (error: Error) => error.message,
    );

  test("teaches thoughts where the template writes them, and only there", async () => {
    const thought: LessonMessage[] = [
      { role: "user", content: "2 + 2?" },
      { role: "assistant", content: "4.", reasoning_content: "Two and two." },
      { role: "user", content: "+ 1?" },
      { role: "assistant", content: "<think>\nOne more.\n</think>\n\n5." },
    ];
    expect(spoken(await masks("qwen3", thought))).toEqual([
      "<think>\nTwo and two.\n</think>\n\n4.<|im_end|>",
      "<think>\nOne more.\n</think>\n\n5.<|im_end|>",
    ]);
    expect(spoken(await masks("deepseek-r1", thought))).toEqual([
      "4.<｜end▁of▁sentence｜>",
      "\n\n5.<｜end▁of▁sentence｜>",
    ]);
  });

  test("teaches the last answer only, where asked to", async () => {
    const [mask, ...others] = await masks("chatml", dialogue, { supervise: "last" });
    expect(spoken([mask ?? ""])).toEqual(["See you.<|im_end|>"]);
    expect(mask).toContain("assistant\nHello!<|im_end|>");
    expect(others).toEqual([]);
  });

  test("weighs each answer as its message says, and leaves one of weight 0 in the prompt", async () => {
    const weighed = dialogue.map((message, index) =>
      message.role === "assistant" ? { ...message, weight: index === 2 ? 0 : 0.5 } : message,
    );
    const [example] = await examplesOf("chatml", weighed);
    expect(new Set(example?.weights)).toEqual(new Set([0, 0.5]));
    expect(await masks("chatml", weighed)).toEqual(
      await masks("chatml", dialogue, { supervise: "last" }),
    );
    const both = dialogue.map((message, index) => ({ ...message, weight: index }));
    const [heavy] = await examplesOf("chatml", both);
    expect(new Set(heavy?.weights)).toEqual(new Set([0, 2, 4]));
    const none = dialogue.map((message) => ({ ...message, weight: 0 }));
    expect(await examplesOf("chatml", none)).toEqual([]);
  });

  test("never predicts the first token, which nothing comes before", async () => {
    const template =
      "{% for message in messages %}{% if message.role == 'assistant' %}{{ message.content }}{% endif %}{% endfor %}";
    const family = { ...chatml, template };
    const model = templateModel(native, render, family);
    const make = await exampleMaker({ ...model, supervise: "all", contextSize: 64 });
    const [example] = await make({ messages: dialogue.slice(1, 3), tools: null, place: "a:1" });
    expect(example?.weights[0]).toBe(0);
    model.free();
  });

  test("refuses a conversation that the template refuses, in one sentence with its place", async () => {
    const twice: LessonMessage[] = [dialogue[1], dialogue[1], dialogue[2]] as LessonMessage[];
    expect(await refusal(examplesOf("gemma-2", twice))).toMatch(
      /^chats\.jsonl:3: .*roles must alternate[^\n]*$/,
    );
  });

  test("refuses a conversation that is longer than a row", async () => {
    expect(await refusal(examplesOf("chatml", dialogue, { contextSize: 20 }))).toMatch(
      /^chats\.jsonl:3: up to its message 3 .* has \d+ tokens, but a row only 20: raise --context-size/,
    );
  });

  test("refuses a conversation without an answer", async () => {
    expect(await refusal(examplesOf("chatml", dialogue.slice(0, 2)))).toBe(
      "chats.jsonl:3: the conversation has no answer to learn from.",
    );
  });

  test("refuses a template without a generation prompt, and a broken one", async () => {
    const make = (template: string) => {
      const model = templateModel(native, render, { ...chatml, template });
      return refusal(exampleMaker({ ...model, supervise: "all", contextSize: 64 })).finally(
        model.free,
      );
    };
    const silent = chatml.template.replace("if add_generation_prompt", "if false");
    expect(await make(silent)).toMatch(
      /^The chat template writes no generation prompt, .*--chat-template FILE\.$/,
    );
    expect(await make("{% for %}")).toMatch(/^The model's chat template cannot be parsed/);
  });
});
