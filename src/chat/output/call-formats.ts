/** @file How the families of models write calls, by what their templates show of it. */
import { withBuiltins } from "./builtin-calls.ts";
import type { CallSyntax } from "./call-syntax.ts";
import { jsonCalls } from "./json-calls.ts";
import { literalCalls } from "./literal-calls.ts";
import { namedCalls } from "./named-calls.ts";
import { nestedCalls } from "./nested-calls.ts";
import { pythonCalls } from "./python-calls.ts";
import { taggedCalls } from "./tagged-calls.ts";

export type CallFormat = {
  name: string;
  syntax: CallSyntax;
  /** Texts that frame an answer and are no part of it. */
  frames?: readonly string[];
  /** An opening that a prompt may end with. */
  opensInPrompt?: string;
  /** GBNF of what the model writes before its calls. */
  lead?: string;
  /** GBNF of what it writes behind them. */
  trail?: string;
  /** What a template has, all of it, whose model writes so. */
  shownBy: readonly (string | RegExp)[];
};

const toolCall = { open: "<tool_call>", close: "</tool_call>" };
const equals = { open: "<parameter=", keyEnd: ">", close: "</parameter>" };
const argPair = {
  open: "<arg_key>",
  keyEnd: "</arg_key>",
  valueOpen: "<arg_value>",
  close: "</arg_value>",
};
const open = (tag: string) => `<${tag}:opensource>`;
const end = (tag: string) => `</${tag}:opensource>`;
const dsml = "｜DSML｜";

/** DeepSeek V3.2 and V4, which differ in one word. */
function dsmlFormat(word: string): CallFormat {
  return {
    name: "DeepSeek DSML",
    shownBy: [dsml, word],
    syntax: taggedCalls({
      wrap: { open: `<${dsml}${word}>`, close: `</${dsml}${word}>` },
      open: `<${dsml}invoke name="`,
      nameEnd: '">',
      close: `</${dsml}invoke>`,
      parameter: {
        open: `<${dsml}parameter name="`,
        keyEnd: '">',
        close: `</${dsml}parameter>`,
        attributes: {
          string: String.raw`"\" string=\"true"`,
          other: String.raw`"\" string=\"false"`,
        },
      },
    }),
  };
}

const deepseek = {
  wrap: { open: "<｜tool▁calls▁begin｜>", close: "<｜tool▁calls▁end｜>" },
  opens: ["<｜tool▁call▁begin｜>"] as const,
};

/** The first that fits is the one; what is more particular stands before what is less. */
export const callFormats: readonly CallFormat[] = [
  {
    name: "Harmony",
    shownBy: ["<|channel|>", "<|message|>"],
    frames: [
      "<|start|>assistant",
      "<|channel|>final<|message|>",
      "<|channel|>final <|constrain|>json<|message|>",
      "<|channel|>commentary<|message|>",
      "<|end|>",
      "<|call|>",
    ],
    lead: '"<|start|>assistant"?',
    syntax: namedCalls({
      opens: [
        " to=functions.",
        "<|channel|>commentary to=functions.",
        "<|channel|>analysis to=functions.",
      ],
      argumentsOpen: "<|message|>",
      head: /^(?<name>[\w.-]+)/,
      headGrammar: (name) =>
        `${name} "<|channel|>commentary" (" json" | " <|constrain|>json" | "json")?`,
      single: true,
    }),
  },
  {
    name: "ATEM",
    shownBy: ["<atem:invoke"],
    frames: ["<|start|>assistant", " to=user<|message|>", "<|eom|>", "</atem:function_calls>"],
    lead: '"<|start|>assistant"?',
    syntax: taggedCalls({
      open: " to=",
      nameEnd: '">',
      head: /^[^<\s]+<\|message\|><atem:function_calls>\s*<atem:invoke name="(?<name>[^"]+)$/,
      nameGrammar: (name) =>
        String.raw`${name} "<|message|><atem:function_calls>\n<atem:invoke name=\"" ${name}`,
      close: "</atem:invoke>",
      parameter: { open: '<atem:parameter name="', keyEnd: '">', close: "</atem:parameter>" },
      behind: '"\\n</atem:function_calls>"',
      between: '"<|eom|><|start|>assistant"',
    }),
  },
  {
    name: "Solar",
    shownBy: ["<|tool_call:begin|>"],
    frames: ["<|begin|>assistant", "<|content|>", "<|tool_calls|>", "<|end|>", "<|calls|>"],
    lead: '"<|begin|>assistant"? "<|tool_calls|>"',
    syntax: namedCalls({
      opens: ["<|tool_call:begin|>"],
      argumentsOpen: "<|tool_call:args|>",
      head: /^(?<id>[^<\s]*)<\|tool_call:name\|>(?<name>.+)$/,
      headGrammar: (name) => `[A-Za-z0-9_-]{1,40} "<|tool_call:name|>" ${name}`,
      close: "<|tool_call:end|>",
    }),
  },
  {
    name: "Kimi K3",
    shownBy: ["<|open|>", "<|sep|>"],
    frames: [
      "<|open|>response<|sep|>",
      "<|close|>response<|sep|>",
      "<|close|>message<|sep|>",
      "<|end_of_msg|>",
    ],
    trail: '"<|close|>message<|sep|>"?',
    lead: '("<|open|>response<|sep|><|close|>response<|sep|>")?',
    syntax: taggedCalls({
      wrap: { open: "<|open|>tools<|sep|>", close: "<|close|>tools<|sep|>" },
      open: '<|open|>call tool="',
      nameEnd: "<|sep|>",
      head: /^(?<name>[^"]+)"/,
      nameGrammar: (name) => String.raw`${name} "\" index=\"" [0-9]{1,3} "\""`,
      close: "<|close|>call<|sep|>",
      parameter: {
        open: '<|open|>argument key="',
        keyEnd: "<|sep|>",
        close: "<|close|>argument<|sep|>",
        attributes: {
          string: String.raw`"\" type=\"string\""`,
          other: String.raw`"\" type=\"" ("number" | "boolean" | "object" | "array" | "null" | "integer") "\""`,
        },
      },
    }),
  },
  {
    name: "Kimi K2",
    shownBy: ["<|tool_calls_section_begin|>"],
    syntax: namedCalls({
      wrap: { open: "<|tool_calls_section_begin|>", close: "<|tool_calls_section_end|>" },
      opens: ["<|tool_call_begin|>"],
      argumentsOpen: "<|tool_call_argument_begin|>",
      head: /^\s*(?<id>(?:functions\.)?(?<name>[^:\s]+)(?::\d+)?)\s*$/,
      headGrammar: (name) => `"functions." ${name} ":" [0-9]{1,3}`,
      close: "<|tool_call_end|>",
    }),
  },
  {
    name: "MiniMax M3",
    shownBy: ["]<]minimax[>["],
    syntax: nestedCalls,
  },
  {
    name: "MiniMax M2",
    shownBy: ["<minimax:tool_call>"],
    syntax: taggedCalls({
      wrap: { open: "<minimax:tool_call>", close: "</minimax:tool_call>" },
      open: '<invoke name="',
      nameEnd: '">',
      close: "</invoke>",
      parameter: { open: '<parameter name="', keyEnd: '">', close: "</parameter>" },
    }),
  },
  dsmlFormat("function_calls"),
  dsmlFormat("tool_calls"),
  {
    name: "DeepSeek",
    shownBy: ["<｜tool▁call▁begin｜>", "```json"],
    syntax: namedCalls({
      ...deepseek,
      argumentsOpen: "\n```json\n",
      head: /^(?:function<｜tool▁sep｜>)?(?<name>.+)$/,
      headGrammar: (name) => `"function<｜tool▁sep｜>" ${name}`,
      close: "\n```<｜tool▁call▁end｜>",
    }),
  },
  {
    name: "DeepSeek V3.1",
    shownBy: ["<｜tool▁call▁begin｜>"],
    syntax: namedCalls({
      ...deepseek,
      argumentsOpen: "<｜tool▁sep｜>",
      head: /^(?<name>.+)$/,
      close: "<｜tool▁call▁end｜>",
    }),
  },
  {
    name: "Gemma 4",
    shownBy: ["<|tool_call>", '<|"|>'],
    frames: ["<|tool_response>"],
    syntax: literalCalls,
  },
  {
    name: "Mistral",
    shownBy: ["[TOOL_CALLS]", "[CALL_ID]"],
    syntax: namedCalls({
      opens: ["[TOOL_CALLS]"],
      argumentsOpen: "[ARGS]",
      head: /^\s*(?<name>[^[\s]+)(?:\[CALL_ID\](?<id>.+))?$/,
      headGrammar: (name) => `${name} "[CALL_ID]" [A-Za-z0-9]{9}`,
    }),
  },
  {
    name: "Mistral",
    shownBy: ["[TOOL_CALLS]", "[ARGS]"],
    syntax: namedCalls({
      opens: ["[TOOL_CALLS]"],
      argumentsOpen: "[ARGS]",
      head: /^\s*(?<name>[^[\s]+)(?:\[CALL_ID\](?<id>.+))?$/,
    }),
  },
  {
    name: "Mistral list",
    shownBy: ["[TOOL_CALLS]"],
    syntax: jsonCalls({
      open: "[TOOL_CALLS]",
      grouped: "list",
      after: String.raw`(call-space "," call-space "\"id\": \"" [A-Za-z0-9]{9} "\"")?`,
    }),
  },
  {
    name: "Command-R7B",
    shownBy: ["<|START_ACTION|>"],
    frames: ["<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>", "<|END_TEXT|>"],
    syntax: jsonCalls({
      open: "<|START_ACTION|>",
      close: "<|END_ACTION|>",
      grouped: "list",
      nameKey: "tool_name",
      argumentsKey: "parameters",
      before: String.raw`"\"tool_call_id\": \"" [0-9]{1,3} "\""`,
    }),
  },
  {
    name: "Command-R+",
    shownBy: ["Action:", "tool_name", "directly-answer"],
    frames: ["<|CHATBOT_TOKEN|>"], // which its template writes twice
    lead: '"<|CHATBOT_TOKEN|>"?',
    syntax: jsonCalls({
      open: "Action:\n```json\n",
      alsoOpen: ["Action: ```json\n"],
      close: "```",
      grouped: "list",
      nameKey: "tool_name",
      argumentsKey: "parameters",
      ignored: ["directly-answer", "directly_answer"],
    }),
  },
  {
    name: "Apertus",
    shownBy: ["<|tools_prefix|>"],
    syntax: jsonCalls({
      open: "<|tools_prefix|>",
      close: "<|tools_suffix|>",
      grouped: "list",
      keyed: true,
    }),
  },
  {
    name: "GigaChat",
    shownBy: ["<|function_call|>"],
    syntax: jsonCalls({ open: "<|function_call|>", grouped: "each", single: true }),
  },
  {
    name: "GigaChat 3.0",
    shownBy: ["function call", "<|role_sep|>"],
    syntax: jsonCalls({
      open: "<|message_sep|>\n\nfunction call<|role_sep|>\n",
      grouped: "each",
      single: true,
    }),
  },
  {
    name: "LFM2",
    shownBy: [/<\|tool_call_start\|>|List of tools: (<\|tool_list_start\|>)?\[/],
    syntax: pythonCalls({ open: "<|tool_call_start|>", close: "<|tool_call_end|>" }),
  },
  {
    name: "Granite",
    shownBy: ["<|tool_call|>"],
    frames: ["<response>", "</response>"],
    syntax: jsonCalls({ open: "<|tool_call|>", grouped: "list" }),
  },
  {
    name: "Nemotron",
    shownBy: ["<TOOLCALL>"],
    syntax: jsonCalls({ open: "<TOOLCALL>", close: "</TOOLCALL>", grouped: "list" }),
  },
  {
    name: "Apriel",
    shownBy: ["<tool_calls>[", "[BEGIN FINAL RESPONSE]"],
    frames: ["[BEGIN FINAL RESPONSE]", "[END FINAL RESPONSE]"],
    syntax: jsonCalls({ open: "<tool_calls>", close: "</tool_calls>", grouped: "list" }),
  },
  {
    name: "MiniMax M1",
    shownBy: ["<tool_calls>", "</tool_calls>"],
    syntax: jsonCalls({ open: "<tool_calls>", close: "</tool_calls>", grouped: "lines" }),
  },
  {
    name: "Hunyuan",
    shownBy: ["<tool_call{}>", "<arg_key{}>", ":opensource"],
    syntax: taggedCalls({
      wrap: { open: open("tool_calls"), close: end("tool_calls") },
      open: open("tool_call"),
      nameEnd: open("tool_sep"),
      close: end("tool_call"),
      parameter: {
        open: open("arg_key"),
        keyEnd: end("arg_key"),
        valueOpen: open("arg_value"),
        close: end("arg_value"),
      },
    }),
  },
  {
    name: "GLM",
    shownBy: ["<tool_call>", "<arg_key>"],
    syntax: taggedCalls({ ...toolCall, parameter: argPair }),
  },
  {
    name: "Seed-OSS",
    shownBy: ["<seed:tool_call>"],
    syntax: taggedCalls({
      wrap: { open: "<seed:tool_call>", close: "</seed:tool_call>" },
      wrapsEach: true,
      open: "<function=",
      nameEnd: ">",
      close: "</function>",
      parameter: equals,
    }),
  },
  {
    name: "Qwen3-Coder",
    shownBy: ["<tool_call>", "<function=", "<parameter="],
    syntax: taggedCalls({
      wrap: toolCall,
      wrapsEach: true,
      open: "<function=",
      nameEnd: ">",
      close: "</function>",
      parameter: equals,
      padded: true,
    }),
  },
  {
    name: "MiniCPM",
    shownBy: ['<function name="', '<param name="'],
    syntax: taggedCalls({
      open: '<function name="',
      nameEnd: '">',
      close: "</function>",
      parameter: { open: '<param name="', keyEnd: '">', close: "</param>" },
      cdata: true,
    }),
  },
  {
    name: "Functionary v3.1",
    shownBy: ["<function=", "</function>"],
    syntax: withBuiltins(
      namedCalls({
        opens: ["<function="],
        argumentsOpen: ">",
        head: /^(?<name>[^\s>]+)$/,
        close: "</function>",
      }),
    ),
  },
  {
    name: "Functionary v3.2",
    shownBy: [">>>all"],
    frames: [">>>all\n"],
    opensInPrompt: ">>>",
    syntax: namedCalls({
      opens: [">>>"],
      argumentsOpen: "\n",
      head: /^(?<name>[^\s>]+)$/,
    }),
  },
  {
    name: "Firefunction",
    shownBy: ["functools["],
    syntax: jsonCalls({ open: " functools", alsoOpen: ["functools"], grouped: "list" }),
  },
  {
    name: "Hermes",
    shownBy: ["<tool_call>"],
    syntax: jsonCalls({ ...toolCall, grouped: "each" }),
  },
  {
    name: "Llama 3 JSON",
    shownBy: [/\{\\?"name": /, /\\?"parameters": /],
    syntax: withBuiltins(
      jsonCalls({ open: "", grouped: "each", argumentsKey: "parameters", single: true }),
    ),
  },
  {
    name: "JSON",
    shownBy: [/\btools\b/],
    syntax: jsonCalls({ open: "", grouped: "lines" }),
  },
];
