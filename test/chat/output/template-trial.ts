/** @file Tries out what a template can do: renders an assistant's turn and reads it back. */
import type { Chat, PromptSegment, Render } from "../../../src/chat/chat-format.ts";
import { type TemplateFormat, templateFormat } from "../../../src/chat/chat-template.ts";
import type { OutputFormat } from "../../../src/chat/output/output-format.ts";
import { outputFormat } from "../../../src/chat/output/output-formats.ts";
import type { ChatMessage, Tool } from "../../../src/protocol/openai.ts";
import { type BundledTemplate, likelyControls } from "./bundled-templates.ts";
import { type ReadAnswer, readAnswer } from "./read-answer.ts";

const [bosToken, eosToken] = ["<BOS>", "<EOS>"];
const question = "Where is it warm today?";
const user: ChatMessage = { role: "user", content: question };

export const tools: Tool[] = [
  tool("get_weather", {
    city: { type: "string", description: "Its name" },
    days: { type: "integer" },
    share: { type: "number" },
    warm: { type: "boolean" },
    more: {
      type: "object",
      properties: {
        depth: { type: "array", items: { type: "integer" } },
        name: { type: "string" },
        none: { type: "object", properties: {} },
      },
    },
  }),
  tool("ping", {}),
];

function tool(name: string, properties: Record<string, unknown>): Tool {
  const parameters = { type: "object", properties };
  return { type: "function", function: { name, description: `Does ${name}`, parameters } };
}

export type Call = { name: string; given: Record<string, unknown> };

/** What the last turn says; a template may leave some of it out. */
export type Turn = { content: string | null; reasoning?: string; calls: Call[] };

export type Trial = BundledTemplate & {
  format: TemplateFormat;
  output: OutputFormat;
  controls: string[];
};

export function trialOf(bundled: BundledTemplate, render: Render): Trial {
  const { template } = bundled;
  const controls = [...likelyControls(template), bosToken, eosToken];
  const controlTokens = controls.map((text) => ({ text }));
  const format = templateFormat({ template, render, bosToken, eosToken, controlTokens });
  return { ...bundled, format, output: outputFormat(template), controls };
}

export type Rendered = { prompt: string; promptEnd: string; answer: string };

/** The turn as the template writes it, up to what ends a model's turn; or the refusal's sentence. */
export async function renderedTurn(trial: Trial, turn: Turn): Promise<Rendered | string> {
  try {
    const { prompt, answer } = await trial.format.answered(chatWith(turn));
    const asked = textOf(prompt);
    const promptEnd = asked.slice(asked.lastIndexOf(question) + question.length);
    return { prompt: asked, promptEnd, answer: untilEnd(textOf(answer)) };
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 400) return error.message;
    throw error;
  }
}

/** With the switches that templates have for thoughts, where the turn has some. */
function chatWith({ content, reasoning, calls }: Turn): Chat {
  const called = calls.map(({ name, given }, index) => ({
    id: `abcdefgh${index}`,
    type: "function" as const,
    function: { name, arguments: JSON.stringify(given) },
  }));
  const turn: ChatMessage = {
    role: "assistant",
    content,
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    ...(called.length > 0 && { tool_calls: called }),
  };
  const kwargs = { enable_thinking: true, thinking: true, reasoning_effort: "high" } as const;
  return { messages: [user, turn], tools, kwargs: reasoning === undefined ? {} : kwargs };
}

/** Reads the answer in parts of this many characters. */
export function readBack(trial: Trial, { answer, promptEnd }: Rendered, size: number): ReadAnswer {
  const parts = answer.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [];
  return readAnswer(trial.output.reader({ tools, promptEnd }), parts);
}

/** What a model ends its turn with: it is never told. */
const turnEnds = [
  ...[eosToken, "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|endoftext|>"],
  ...["<|END_OF_TURN_TOKEN|>", "<|START_OF_TURN_TOKEN|>", "<end_of_turn>", "<turn|>", "[e~["],
  ...["<end_of_sentence>", "<｜end▁of▁sentence｜>", "<seed:eos>", "<|call|>", "<|return|>"],
  ...["<|eot|>", "<|calls|>", "<SPECIAL_12>", "<|role_end|>", "</assistant>", "<sep>"],
  ...[
    "<｜hy_eos:opensource｜>",
    "<|end_of_msg|>",
    "<|message_sep|>\n\n⏎",
    "\n<|end|>\n",
    "<|end|>\n",
    "<|tool_response>",
  ],
];

function untilEnd(answer: string): string {
  const marked = `${answer}⏎`;
  const ends = turnEnds.map((end) => marked.indexOf(end)).filter((at) => at >= 0);
  return answer.slice(0, Math.min(answer.length, ...ends));
}

export function textOf(segments: readonly PromptSegment[]): string {
  return segments.map(({ text }) => text).join("");
}
