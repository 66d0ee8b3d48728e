/**
 * @file The template of FastChat's that writes a chat format's prompts: FastChat's servers know no
 * other way to write one. Whether it does is not guessed from names: both write the same
 * conversations, and what they write is compared.
 */
import type { ChatMessage } from "../../protocol/openai.ts";
import type { ChatFormat } from "../chat-format.ts";
import { type PromptTemplate, writesPrompts } from "./conversation-template.ts";
import { conversationTemplates } from "./conversation-templates.ts";
import { joinedText } from "./prompt-words.ts";
import { type Message, templatePrompt } from "./template-prompt.ts";

/**
 * How far its prompts are the format's: all of them; those with a system message; those without; none.
 */
export type Fit = "all" | "with-system" | "without-system" | "none";

export type NearestTemplate = { template: PromptTemplate; fit: Fit };

type Nearest = {
  /** What a prompt may begin with, or be given by the tokenizer. */
  bos: string;
  /** Among equals, this one. */
  preferred?: string | undefined;
};

const system = "Answer in verse.";
const turns = ["Hello there.", "Hi!", "And now?"] as const;

/** Where none writes the same prompts, the one whose prompts begin and end most alike. */
export async function nearestTemplate(
  format: Pick<ChatFormat, "prompt">,
  { bos, preferred }: Nearest,
): Promise<NearestTemplate> {
  const said = turns.map(toChatMessage);
  const wanted = {
    whole: await written(format, [{ role: "system", content: system }, ...said], bos),
    bare: await written(format, said, bos),
  };
  const fits = conversationTemplates
    .filter(writesPrompts)
    .toSorted((a, b) => Number(b.name === preferred) - Number(a.name === preferred))
    .map((template) => fitted(template, wanted, bos));
  const best = order.flatMap((fit) => fits.find((one) => one.fit === fit) ?? [])[0];
  if (best !== undefined) return best;
  const likeness = ({ template }: NearestTemplate) => alike(asked(template, bos), wanted.bare);
  return fits.reduce((a, b) => (likeness(b) > likeness(a) ? b : a));
}

const order: readonly Fit[] = ["all", "with-system", "without-system"];

type Wanted = { whole: string | null; bare: string | null };

/** The template, and with it the format's own system message for conversations without one. */
function fitted(template: PromptTemplate, { whole, bare }: Wanted, bos: string): NearestTemplate {
  const ownSystem = bare === null ? null : systemIn(template, bare, bos);
  const isWhole = asked(template, bos, system) === whole;
  // Ends of answers are the model's own tokens: ids of another vocabulary would end them anywhere.
  // A system message that was written for another model says nothing true of this one.
  const own = { ...template, system: ownSystem ?? "", stop: [], stopTokens: [] };
  if (ownSystem === null) return { template: own, fit: isWhole ? "with-system" : "none" };
  return { template: own, fit: isWhole || whole === null ? "all" : "without-system" };
}

/** The system message with which the template would have written the text; null if none is. */
function systemIn(template: PromptTemplate, text: string, bos: string): string | null {
  if (asked(template, bos, "") === text) return "";
  const mark = "\0";
  const [before = "", after, ...more] = asked(template, bos, mark).split(mark);
  const isAround = after !== undefined && more.length === 0 && text.startsWith(before);
  if (!isAround || !text.endsWith(after) || text.length <= before.length + after.length)
    return null;
  return text.slice(before.length, text.length - after.length);
}

/** The prompt that asks for the next answer, without what the tokenizer may put before it. */
function asked(template: PromptTemplate, bos: string, said: string = template.system): string {
  const open: Message = { from: "assistant", text: "" };
  const words = templatePrompt(template, [...turns.map(toMessage), open], said);
  return withoutBos(joinedText(words), bos);
}

/** Null where the format has no place for such a conversation, or is broken. */
async function written(
  format: Pick<ChatFormat, "prompt">,
  messages: ChatMessage[],
  bos: string,
): Promise<string | null> {
  const segments = await format.prompt({ messages, addGenerationPrompt: true }).catch(() => null);
  return segments && withoutBos(segments.map(({ text }) => text).join(""), bos);
}

function withoutBos(text: string, bos: string): string {
  return bos !== "" && text.startsWith(bos) ? text.slice(bos.length) : text;
}

/** Characters that two texts share at their beginnings and at their ends. */
function alike(one: string, other: string | null): number {
  if (other === null) return 0;
  const most = Math.min(one.length, other.length);
  let begin = 0;
  while (begin < most && one[begin] === other[begin]) begin++;
  let end = 0;
  while (end < most - begin && one.at(-1 - end) === other.at(-1 - end)) end++;
  return begin + end;
}

const isAsked = (index: number) => index % 2 === 0;

function toMessage(text: string, index: number): Message {
  return { from: isAsked(index) ? "user" : "assistant", text };
}

function toChatMessage(content: string, index: number): ChatMessage {
  return isAsked(index) ? { role: "user", content } : { role: "assistant", content };
}
