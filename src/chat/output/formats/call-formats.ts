/** @file Every way to write calls that we know. */

import { literalCalls } from "../calls/literal-calls.ts";
import { nestedCalls } from "../calls/nested-calls.ts";
import { pythonCalls } from "../calls/python-calls.ts";
import type { CallFormat } from "./call-format.ts";
import { jsonFormats } from "./json-formats.ts";
import { messageFormats } from "./message-formats.ts";
import { namedFormats } from "./named-formats.ts";
import { taggedFormats } from "./tagged-formats.ts";

const ownNotations: readonly CallFormat[] = [
  {
    name: "MiniMax M3",
    shownBy: ["]<]minimax[>["],
    syntax: nestedCalls,
  },
  {
    name: "Gemma 4",
    shownBy: ["<|tool_call>", '<|"|>'],
    frames: ["<|tool_response>"],
    syntax: literalCalls,
  },
  {
    name: "LFM2",
    shownBy: [/<\|tool_call_start\|>|List of tools: (<\|tool_list_start\|>)?\[/],
    syntax: pythonCalls({ open: "<|tool_call_start|>", close: "<|tool_call_end|>" }),
  },
];

/** The first that fits is the one; what is more particular stands before what is less. */
export const callFormats: readonly CallFormat[] = [
  ...messageFormats,
  ...ownNotations,
  ...taggedFormats,
  ...namedFormats,
  ...jsonFormats,
];
