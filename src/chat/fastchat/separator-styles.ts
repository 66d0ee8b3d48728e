/**
 * @file FastChat's 23 separator styles: how each joins the system message and the turns to a prompt.
 *
 * Source: `Conversation.get_prompt` of `fastchat/conversation.py`,
 * https://github.com/lm-sys/FastChat, Apache License 2.0.
 */
import { changed, joinedText, type Word, type Words, withoutEnding } from "./prompt-words.ts";

export type Conversation = {
  /** The template's name. */
  name: string;
  /** With what the template writes around it. */
  system: Words;
  /** Whether there is a system message, whatever the template writes around it. */
  hasSystem: boolean;
  roles: readonly string[];
  sep: string;
  sep2: string;
};

type Turn = {
  /** Counted from 0, the template's own examples included. */
  index: number;
  role: string;
  /** What ends it: `sep` after an even index, `sep2` after an odd one. */
  end: string;
};

type Style = {
  /** What stands before the first turn. */
  head(conversation: Conversation): Words;
  /** A turn that is over. */
  said(text: Word, turn: Turn, conversation: Conversation): Words;
  /** A turn whose text the model has to write. */
  open(turn: Turn, conversation: Conversation): Words;
  /** What becomes of it all at the end. */
  finish?(words: Words, conversation: Conversation): Words;
  /** Only so many of the last turns are written. */
  lastTurns?: number;
};

const nothing = () => [];
const bare = ({ system }: Conversation) => system;
const ended = ({ system, sep }: Conversation) => [...system, sep];
const endedIfAny = (it: Conversation) => (joinedText(it.system) === "" ? [] : ended(it));
const role = ({ role }: Turn) => [role];
const colon = ({ role }: Turn) => [`${role}:`];
const colonSpace = ({ role }: Turn) => [`${role}: `];
const colonLine = ({ role }: Turn) => [`${role}:\n`];
const line = ({ role }: Turn) => [`${role}\n`];

const styles = {
  ADD_COLON_SINGLE: {
    head: ended,
    said: (text, { role }, { sep }) => [`${role}: `, text, sep],
    open: colon,
  },
  ADD_COLON_TWO: {
    head: ended,
    said: (text, { role, end }) => [`${role}: `, text, end],
    open: colon,
  },
  ADD_COLON_SPACE_SINGLE: {
    head: ended,
    said: (text, { role }, { sep }) => [`${role}: `, text, sep],
    open: colonSpace,
  },
  NO_COLON_SINGLE: {
    head: bare,
    said: (text, { role }, { sep }) => [role, text, sep],
    open: role,
  },
  NO_COLON_TWO: {
    head: bare,
    said: (text, { role, end }) => [role, text, end],
    open: role,
  },
  ADD_NEW_LINE_SINGLE: {
    head: endedIfAny,
    said: (text, { role }, { sep }) => [`${role}\n`, text, sep],
    open: line,
  },
  LLAMA2: {
    head: ({ system, hasSystem }) => (hasSystem ? system : ["[INST] "]),
    said: (text, turn, it) =>
      turn.index === 0 ? [text, " "] : [`${tag(turn, it)} `, text, turn.end],
    open: (turn, it) => [tag(turn, it)],
  },
  LLAMA3: {
    head: ({ system, hasSystem }) => ["<|begin_of_text|>", ...(hasSystem ? system : [])],
    said: (text, turn) => [llama3Header(turn), changed(text, pythonStrip), "<|eot_id|>"],
    open: (turn) => [llama3Header(turn)],
  },
  CHATGLM: {
    head: endedIfAny,
    said: (text, turn, it) => [glmRound(turn, it), `${turn.role}：`, text, it.sep],
    open: (turn, it) => [glmRound(turn, it), `${turn.role}：`],
  },
  CHATML: {
    head: (it) => (joinedText(it.system) === "" ? [] : [...ended(it), "\n"]),
    said: (text, { role }, { sep }) => [`${role}\n`, text, `${sep}\n`],
    open: line,
  },
  CHATINTERN: {
    head: bare,
    said: (text, turn) => [internBegin(turn), `${turn.role}:`, text, `${turn.end}\n`],
    open: (turn) => [internBegin(turn), `${turn.role}:`],
  },
  DOLLY: {
    head: bare,
    said: (text, { index, role, end }) => [
      `${role}:\n`,
      text,
      index % 2 === 1 ? `${end}\n\n` : end,
    ],
    open: colonLine,
  },
  RWKV: {
    head: bare,
    said: (text, { role }) => [`${role}: `, changed(text, withoutEmptyLines), "\n\n"],
    open: colon,
  },
  PHOENIX: {
    head: bare,
    said: (text, { role }) => [`${role}: <s>`, text, "</s>"],
    open: ({ role }) => [`${role}: <s>`],
  },
  ROBIN: {
    head: ended,
    said: (text, { role }, { sep }) => [`${role}:\n`, text, sep],
    open: colonLine,
  },
  FALCON_CHAT: {
    head: (it) => (it.hasSystem ? ended(it) : []),
    said: (text, { role }, { sep }) => [`${role}: `, text, sep],
    open: colon,
  },
  CHATGLM3: {
    head: ({ system, hasSystem }) => (hasSystem ? system : []),
    said: (text, { role }) => [`${role}\n`, text],
    open: role,
  },
  DEEPSEEK_CHAT: {
    head: bare,
    said: (text, { role, end }) => [`${role}: `, text, end],
    open: colon,
  },
  METAMATH: {
    head: endedIfAny,
    said: (text, turn, it) => [metamathHead(turn, it), text, turn.index % 2 === 0 ? it.sep : ""],
    open: (turn, it) => [metamathHead(turn, it)],
  },
  YUAN2: {
    head: ({ system, hasSystem, sep2 }) => (hasSystem ? [...system, sep2] : []),
    said: (text) => [text, "<n>"],
    open: nothing,
    finish: (words, { sep }) => [...withoutEnding(words, "<n>"), sep],
  },
  GEMMA: {
    head: () => ["<bos>"],
    said: (text, { role }, { sep }) => [`<start_of_turn>${role}\n`, text, sep],
    open: ({ role }) => [`<start_of_turn>${role}\n`],
  },
  CLLM: {
    head: ended,
    said: (text, { role, end }) => [`${role}: `, text, end],
    open: colon,
    lastTurns: 2,
  },
  DEFAULT: {
    head: ({ system }) => [...system, "\n"],
    said: (text, { role }) => [`${role}: `, text, "\n"],
    open: colon,
  },
} satisfies Record<string, Style>;

export type SeparatorStyle = keyof typeof styles;

/** In FastChat's order, which numbers them from 1. */
export const separatorStyles: Readonly<Record<SeparatorStyle, Style>> = styles;

/** Roles go by the place in the conversation, whoever speaks. */
const tag = ({ index }: Turn, { roles }: Conversation) => roles[index % 2] ?? "";

const llama3Header = ({ role }: Turn) => `<|start_header_id|>${role}<|end_header_id|>\n\n`;

const firstRound = (name: string) => (name === "chatglm2" ? 1 : 0);
const glmRound = ({ index }: Turn, { name, sep }: Conversation) =>
  index % 2 === 0 ? `[Round ${index / 2 + firstRound(name)}]${sep}` : "";

const internBegin = ({ index }: Turn) => (index % 2 === 0 ? "<s>" : "");

const metamathHead = ({ index, role }: Turn, { sep2 }: Conversation) =>
  index % 2 === 0 ? `${role}:\n` : `${role}: ${sep2}`;

const withoutEmptyLines = (text: string) => text.replaceAll("\r\n", "\n").replaceAll("\n\n", "\n");

/** What Python's `str.strip` takes for white space, which is not what JavaScript does. */
const space = String.raw`[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+`;
const spaceAround = new RegExp(`^${space}|${space}$`, "g");
const pythonStrip = (text: string) => text.replace(spaceAround, "");
