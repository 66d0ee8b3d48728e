/** @file Calls that are JSON objects with a name and arguments in them; the plainest stand last. */
import { withBuiltins } from "../calls/builtin-calls.ts";
import { jsonCalls } from "../calls/json-calls.ts";
import type { CallFormat } from "./call-format.ts";

const toolCall = { open: "<tool_call>", close: "</tool_call>" };

export const jsonFormats: readonly CallFormat[] = [
  {
    name: "Mistral list",
    shownBy: ["[TOOL_CALLS]"],
    syntax: jsonCalls({
      open: "[TOOL_CALLS]",
      grouped: "list",
      after: String.raw`("," " "? "\"id\": \"" [A-Za-z0-9]{9} "\"")?`,
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
      onLines: true,
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
    syntax: jsonCalls({ open: "", grouped: "lines", inText: true }),
  },
];
