/** @file The chat templates of the fixtures, each with the control tokens of its family. */
import { readFileSync } from "node:fs";
import type { ChatTemplate } from "../../src/chat/chat-template.ts";

export type TemplateFamily = Omit<ChatTemplate, "render"> & {
  name: string;
  /** Whether it writes tool definitions and tool calls. */
  tools: boolean;
};

const chatml = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const sentencePiece = ["<unk>", "<s>", "</s>"];
const gemma = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"];

export const families: TemplateFamily[] = [
  family("qwen2.5", ["", "<|im_end|>"], chatml, true),
  family("qwen3", ["", "<|im_end|>"], [...chatml, "<think>", "</think>"], true),
  family("llama-2", ["<s>", "</s>"], sentencePiece),
  family("vicuna", ["<s>", "</s>"], sentencePiece),
  family(
    "llama-3.2",
    ["<|begin_of_text|>", "<|eot_id|>"],
    words(
      "<|%|>",
      "begin_of_text end_of_text start_header_id end_header_id eot_id eom_id python_tag",
    ),
    true,
  ),
  family("gemma-2", ["<bos>", "<eos>"], gemma),
  family(
    "gemma-4",
    ["<bos>", "<eos>"],
    [
      ...["<bos>", "<eos>", '<|"|>', "<|turn>", "<turn|>", "<|channel>", "<channel|>"],
      ...["<|tool>", "<tool|>", "<|tool_call>", "<tool_call|>"],
      ...["<|tool_response>", "<tool_response|>", "<|think|>"],
    ],
    true,
  ),
  family(
    "phi-3",
    ["<s>", "<|endoftext|>"],
    [...sentencePiece, ...words("<|%|>", "endoftext system user assistant end")],
  ),
  family(
    "mistral-v3",
    ["<s>", "</s>"],
    [
      ...sentencePiece,
      ...words("[%]", "INST /INST AVAILABLE_TOOLS /AVAILABLE_TOOLS TOOL_RESULTS /TOOL_RESULTS"),
      "[TOOL_CALLS]",
    ],
    true,
  ),
  family(
    "mistral-v7",
    ["<s>", "</s>"],
    [...sentencePiece, ...words("[%]", "INST /INST SYSTEM_PROMPT /SYSTEM_PROMPT")],
  ),
  family(
    "deepseek-r1",
    ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"],
    words(
      "<｜%｜>",
      `begin▁of▁sentence end▁of▁sentence User Assistant tool▁calls▁begin tool▁calls▁end
       tool▁call▁begin tool▁call▁end tool▁sep tool▁outputs▁begin tool▁outputs▁end
       tool▁output▁begin tool▁output▁end`,
    ),
  ),
  family(
    "deepseek-v2",
    ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"],
    words("<｜%｜>", "begin▁of▁sentence end▁of▁sentence"),
  ),
  family(
    "command-r",
    ["<BOS_TOKEN>", "<|END_OF_TURN_TOKEN|>"],
    words("<|%_TOKEN|>", "START_OF_TURN END_OF_TURN SYSTEM USER CHATBOT").concat("<BOS_TOKEN>"),
  ),
  family(
    "chatglm-4",
    ["", "<|endoftext|>"],
    words("<|%|>", "endoftext system user assistant observation").concat("[gMASK]", "<sop>"),
  ),
  family(
    "minimax-m2",
    ["]~!b[", "[e~["],
    ["]~!b[", "[e~[", "]~b]", "<think>", "</think>", "<minimax:tool_call>", "</minimax:tool_call>"],
    true,
  ),
  family(
    "reka-edge",
    ["", "<sep>"],
    ["<sep>", "<think>", "</think>", "<tool_call>", "</tool_call>"],
    true,
  ),
];

/** Spellings that attacks are known to use, beside a family's own. */
export const known = [
  ...["<|im_start|>", "<|im_end|>", "<|eot_id|>", "</s>", "[INST]", "<<SYS>>", "<start_of_turn>"],
  ...["<|system|>", "<|channel|>", "<|message|>", "<|vision_start|>", "<think>", "<tool_call>"],
  ...["<｜begin▁of▁sentence｜>", "<image>", "<pad>", "<0x0A>", "<", "[", "im_end"],
];

/** Every control token of every family, and the known spellings. */
export const forgeries: string[] = [
  ...new Set([
    ...families.flatMap(({ controlTokens }) => controlTokens.map(({ text }) => text)),
    ...known,
  ]),
];

function family(
  name: string,
  [bosToken, eosToken]: [string, string],
  controls: string[],
  tools = false,
): TemplateFamily {
  const template = readFileSync(
    new URL(`../fixtures/templates/${name}.jinja`, import.meta.url),
    "utf8",
  );
  const controlTokens = controls.map((text) => ({ text }));
  return { name, template, bosToken, eosToken, controlTokens, tools };
}

function words(pattern: string, names: string): string[] {
  return names.split(/\s+/).map((name) => pattern.replace("%", name));
}
