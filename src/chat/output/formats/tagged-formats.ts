/** @file Calls with each parameter between tags: XML, or what looks like it. */

import { taggedCalls } from "../calls/tagged-calls.ts";
import type { CallFormat } from "./call-format.ts";

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

export const taggedFormats: readonly CallFormat[] = [
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
];
