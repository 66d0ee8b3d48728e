/** @file How models mark their thoughts, by what a template shows of it. */

export type ThoughtFormat = {
  name: string;
  open: string;
  close: string;
  /** A thought may also stand behind content. */
  anywhere?: boolean;
  /** A call's opening ends a thought too. */
  endsAtCall?: boolean;
  /** The text the model writes between a thought and an answer that is no call, as GBNF. */
  answerOpen?: string;
  /** What a template has, all of it, whose model thinks so. */
  shownBy: readonly string[];
};

/** The first that fits is the one. */
export const thoughtFormats: readonly ThoughtFormat[] = [
  {
    name: "Harmony analysis",
    open: "<|channel|>analysis<|message|>",
    close: "<|end|>",
    anywhere: true,
    answerOpen: '"<|start|>assistant"? "<|channel|>final" " <|constrain|>json"? "<|message|>"',
    shownBy: ["<|channel|>", "<|message|>", "analysis"],
  },
  {
    name: "to=self",
    open: " to=self<|message|>",
    close: "<|eom|>",
    anywhere: true,
    answerOpen: '"<|start|>assistant"? " to=user<|message|>"',
    shownBy: ["to=self", "<|eom|>"],
  },
  {
    name: "<|think|>",
    open: "<|think|>",
    close: "<|end|>",
    answerOpen: '"<|begin|>assistant"? "<|content|>"',
    shownBy: ["<|think|>", "<|content|>"],
  },
  {
    name: "<|open|>think",
    open: "<|open|>think<|sep|>",
    close: "<|close|>think<|sep|>",
    answerOpen: '"<|open|>response<|sep|>"?',
    shownBy: ["<|open|>", "<|sep|>", "think"],
  },
  {
    name: "<|channel>thought",
    open: "<|channel>thought\n",
    close: "<channel|>",
    anywhere: true,
    shownBy: ["<|channel>"],
  },
  {
    name: "<|START_THINKING|>",
    open: "<|START_THINKING|>",
    close: "<|END_THINKING|>",
    endsAtCall: true,
    answerOpen: '("<|START_RESPONSE|>" | "<|START_TEXT|>")?',
    shownBy: ["<|START_THINKING|>"],
  },
  tagged("<|inner_prefix|>", "<|inner_suffix|>"),
  tagged("[THINK]", "[/THINK]"),
  tagged("<seed:think>", "</seed:think>"),
  tagged("<mm:think>", "</mm:think>"),
  {
    ...tagged("<think:opensource>", "</think:opensource>"),
    shownBy: ["<think{}>", ":opensource"],
  },
  {
    name: "[BEGIN FINAL RESPONSE]",
    open: "Here are my reasoning steps:\n",
    close: "[BEGIN FINAL RESPONSE]",
    endsAtCall: true,
    shownBy: ["[BEGIN FINAL RESPONSE]"],
  },
  {
    ...tagged("<think>", "</think>"),
    endsAtCall: true,
    shownBy: ["<think>", "<|tool_calls_section_begin|>"],
  },
  tagged("<think>", "</think>"),
  { ...tagged("<think>", "</think>"), shownBy: ["</think>"] },
];

/** Whether a prompt ends with a thought's opening; what a user wrote before it says nothing. */
export function isOpened({ open }: ThoughtFormat, promptEnd: string): boolean {
  return promptEnd.trimEnd().endsWith(open.trimEnd());
}

/** Whether a prompt ends with a thought's end, so that the model does not think. */
export function isClosed({ close }: ThoughtFormat, promptEnd: string): boolean {
  return promptEnd.trimEnd().endsWith(close);
}

function tagged(open: string, close: string): ThoughtFormat {
  return { name: open, open, close, shownBy: [open] };
}
