/** @file A conversation in the words of a FastChat template: its `get_prompt`. */
import type { PromptTemplate } from "./conversation-template.ts";
import { textOf, type Word, type Words } from "./prompt-words.ts";
import { type Conversation, separatorStyles } from "./separator-styles.ts";

export type Message = {
  from: "user" | "assistant";
  /** An empty text leaves the turn open, wherever it stands. */
  text: Word;
};

/** @param system in place of the template's own; a client's empty one is none. */
export function templatePrompt(
  template: PromptTemplate,
  messages: readonly Message[],
  system: Word = template.system,
): Words {
  const { sep, sep2, roles } = template;
  const { head, said, open, finish, lastTurns = 0 } = separatorStyles[template.style];
  const conversation = toConversation(template, system);
  const all = [...presetOf(template), ...messages].slice(-lastTurns);
  const turns = all.flatMap(({ from, text }, index) => {
    const role = roles[from === "user" ? 0 : 1];
    const turn = { index, role, end: index % 2 === 0 ? sep : sep2 };
    return textOf(text) === "" ? open(turn, conversation) : said(text, turn, conversation);
  });
  const words = [...head(conversation), ...turns];
  return finish === undefined ? words : finish(words, conversation);
}

/** Whether a client's system message has a place in the prompts. */
export function takesSystem(template: PromptTemplate): boolean {
  return templatePrompt(template, [], { client: "x" }).some((word) => typeof word !== "string");
}

function toConversation(template: PromptTemplate, system: Word): Conversation {
  const { name, roles, sep, sep2, systemTemplate } = template;
  const [before = "", after] = systemTemplate.split("{system_message}");
  const placed = after === undefined ? [before] : [before, system, after];
  return { name, roles, sep, sep2, system: placed, hasSystem: textOf(system) !== "" };
}

function presetOf({ preset }: PromptTemplate): Message[] {
  return preset.map((text, index) => ({ from: index % 2 === 0 ? "user" : "assistant", text }));
}
