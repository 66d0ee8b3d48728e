/**
 * @file A prompt that a template wrote, read back as the conversation that it was. Where a client's own
 * words look like the template's, nobody can tell whose they are: the first that fits is taken.
 */
import type { PromptTemplate } from "./conversation-template.ts";
import { joinedText } from "./prompt-words.ts";
import { type Conversation, separatorStyles } from "./separator-styles.ts";
import type { Message } from "./template-prompt.ts";

/** What was asked, without the template's own example; the answer is still open. */
export type ReadPrompt = { system: string; messages: { from: Role; text: string }[] };

type Said = ReadPrompt["messages"][number];
type Role = Message["from"];
type Around = [before: string, after: string];

/** Nobody talks for longer; a hostile text may seem to. */
const mostTurns = 2000;
const mark = "\0";

/** Null: the template did not write it, or writes prompts that cannot be read. */
export function readPrompt(template: PromptTemplate, prompt: string): ReadPrompt | null {
  const { finish, lastTurns } = separatorStyles[template.style];
  if (finish !== undefined || lastTurns !== undefined) return null; // they leave out parts
  for (const [head, end] of headsOf(template)) {
    if (!prompt.startsWith(head)) continue;
    const read = new Turns(template, prompt, head.length).read(end);
    if (read !== null) return { ...read, messages: withoutPreset(template, read.messages) };
  }
  return null;
}

/**
 * What may stand before the system message and behind it; with null, before the first turn where there
 * is no message. What says more is tried first.
 */
function headsOf(template: PromptTemplate): [before: string, after: string | null][] {
  const { head } = separatorStyles[template.style];
  const [before, after] = around(joinedText(head(toConversation(template, mark))));
  const bare = joinedText(head(toConversation(template, "")));
  const told: [string, string] = [before, after];
  return before.length > bare.length ? [told, [bare, null]] : [[bare, null], told];
}

class Turns {
  readonly #template: PromptTemplate;
  readonly #prompt: string;
  readonly #conversation: Conversation;
  /** Where each text was found last: it is not looked for again before that place. */
  readonly #found = new Map<string, number>();
  #at: number;

  constructor(template: PromptTemplate, prompt: string, at: number) {
    this.#template = template;
    this.#prompt = prompt;
    this.#conversation = toConversation(template, mark);
    this.#at = at;
  }

  /** @param end What stands behind the system message; null: there is no message. */
  read(end: string | null): ReadPrompt | null {
    const system = end === null ? null : this.#text(end, 0, "user");
    if (end !== null && system === null) return null;
    const messages: Said[] = [];
    while (!this.#isOpen(messages.length)) {
      const from = this.#beginner(messages);
      const [before, after] = this.#around(messages.length, from ?? "user");
      if (from === null || messages.length === mostTurns) return null;
      this.#at += before.length;
      const text = this.#text(after, messages.length + 1, other(from));
      if (text === null) return null;
      messages.push({ from, text });
    }
    return messages.length === 0 ? null : { system: system ?? "", messages };
  }

  /** Nothing is left but the beginning of the answer. */
  #isOpen(index: number): boolean {
    return this.#prompt.length === this.#at + this.#open(index).length && this.#begins(index);
  }

  #begins(index: number): boolean {
    return this.#prompt.startsWith(this.#open(index), this.#at);
  }

  /** Who speaks here; who has not spoken last, where both may. */
  #beginner(messages: readonly Said[]): Role | null {
    const next = other(messages.at(-1)?.from ?? "assistant");
    const speaks = (from: Role) =>
      this.#prompt.startsWith(this.#around(messages.length, from)[0], this.#at);
    return [next, other(next)].find(speaks) ?? null;
  }

  /** What was said up to here, before `end` and the beginning of the turn `index`; moves behind `end`. */
  #text(end: string, index: number, next: Role): string | null {
    const begun = [next, other(next)].map((from) => this.#find(end + this.#around(index, from)[0]));
    const last = end + this.#open(index);
    const closed = this.#prompt.length - last.length;
    const isLast = closed >= this.#at && this.#prompt.endsWith(last);
    const at = Math.min(...begun, isLast ? closed : Number.POSITIVE_INFINITY);
    if (at === Number.POSITIVE_INFINITY) return null;
    const text = this.#prompt.slice(this.#at, at);
    this.#at = at + end.length;
    return text;
  }

  #find(text: string): number {
    const known = this.#found.get(text) ?? -1;
    if (known >= this.#at) return known;
    const at = this.#prompt.indexOf(text, this.#at);
    const place = at === -1 ? Number.POSITIVE_INFINITY : at;
    this.#found.set(text, place);
    return place;
  }

  #around(index: number, from: Role): Around {
    const { said } = separatorStyles[this.#template.style];
    return around(joinedText(said(mark, this.#turn(index, from), this.#conversation)));
  }

  #open(index: number): string {
    const { open } = separatorStyles[this.#template.style];
    return joinedText(open(this.#turn(index, "assistant"), this.#conversation));
  }

  #turn(index: number, from: Role) {
    const { roles, sep, sep2 } = this.#template;
    return { index, role: roles[from === "user" ? 0 : 1], end: index % 2 === 0 ? sep : sep2 };
  }
}

const other = (from: Role): Role => (from === "user" ? "assistant" : "user");

/** Without a mark all stands before. */
function around(text: string): Around {
  const [before = "", after = ""] = text.split(mark);
  return [before, after];
}

function toConversation(template: PromptTemplate, system: string): Conversation {
  const { name, roles, sep, sep2, systemTemplate } = template;
  const placed = systemTemplate.replace("{system_message}", () => system);
  return { name, roles, sep, sep2, system: [placed], hasSystem: system !== "" };
}

function withoutPreset({ preset }: PromptTemplate, messages: Said[]): Said[] {
  const isExample = preset.every((text, i) => messages[i]?.text === text);
  return isExample ? messages.slice(preset.length) : messages;
}
