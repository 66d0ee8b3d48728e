/** @file Calls that are a name, a mark, and the arguments as JSON. */
import { withBuiltins } from "../calls/builtin-calls.ts";
import { namedCalls } from "../calls/named-calls.ts";
import type { CallFormat } from "./call-format.ts";

const deepseek = {
  wrap: { open: "<｜tool▁calls▁begin｜>", close: "<｜tool▁calls▁end｜>" },
  opens: ["<｜tool▁call▁begin｜>"] as const,
};

export const namedFormats: readonly CallFormat[] = [
  {
    name: "Kimi K2",
    shownBy: ["<|tool_calls_section_begin|>"],
    syntax: namedCalls({
      wrap: { open: "<|tool_calls_section_begin|>", close: "<|tool_calls_section_end|>" },
      opens: ["<|tool_call_begin|>"],
      argumentsOpen: "<|tool_call_argument_begin|>",
      head: /^\s*(?<id>(?:functions\.)?(?<name>\S+?)(?::\d+)?)\s*$/,
      headGrammar: (name) => `"functions." ${name} ":" [0-9]{1,3}`,
      close: "<|tool_call_end|>",
    }),
  },
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
];
