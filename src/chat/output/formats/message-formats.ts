/** @file Calls of models that frame each part of an answer as a message with a head of its own. */

import { namedCalls } from "../calls/named-calls.ts";
import { taggedCalls } from "../calls/tagged-calls.ts";
import type { CallFormat } from "./call-format.ts";

export const messageFormats: readonly CallFormat[] = [
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
      head: /^(?<name>[^\s<]+)/,
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
];
