/**
 * @file Where an answer begins and ends in a rendered conversation: what a model has to write after
 * the prompt that asks for it. Works on marked text, before control tokens are cut out.
 *
 * Most templates write a prompt and then, with the answer known, the same prompt and the answer.
 * Some write it otherwise: thoughts of the prompt left out (DeepSeek R1, MiniMax), the system's text
 * moved (Mistral Nemo). The prompt stays what a worker reads; the answer is then what stands behind
 * the last words that both have in common.
 */
import { InvalidRequestError } from "../errors/request-errors.ts";
import { beforeContent, endingWith, lastContent } from "./content-marks.ts";
import { spellingPattern } from "./control-tokens.ts";

/** What the model writes, and what the template writes behind it: the end of the turn first of all. */
export type RenderedAnswer = { answer: string; rest: string };

type Turn = {
  /** Asks for the answer. */
  prompt: string;
  /** The conversation with the answer, no prompt at its end. */
  whole: string;
  /** The answer's marked text. */
  content: string;
  /** Tool calls stand behind the text, in words that only the template knows. */
  callsTools: boolean;
  /** The spellings of the control tokens. */
  controls: readonly string[];
};

/** @throws {InvalidRequestError} it cannot be told where the answer begins. */
export function renderedAnswer(turn: Turn): RenderedAnswer {
  const written = turn.whole.startsWith(turn.prompt)
    ? turn.whole.slice(turn.prompt.length)
    : differing(turn);
  const spoken = turn.callsTools ? null : endingWith(written, turn.content);
  return spoken === null
    ? { answer: written, rest: "" }
    : { answer: spoken, rest: written.slice(spoken.length) };
}

function differing({ prompt, whole, content, callsTools, controls }: Turn): string {
  const heard = lastContent(prompt);
  const end = heard === null ? -1 : endOfNth(whole, heard.text, heard.count);
  if (heard === null || end < 0) throw unanswerable();
  const head = prompt.slice(heard.end);
  const tail = whole.slice(end);
  const written = tail.slice(sharedLength(head, tail, [...controls, opening, closing]));
  const before = beforeContent(written).replace(closing, "").trim();
  const isThere = before === "" && endingWith(written, content) !== null;
  if (!isThere && !callsTools && content.trim() !== "") throw unanswerable();
  return thoughtClosed(head, written);
}

const [opening, closing] = ["<think>", "</think>"];

/** An answer without a thought behind a prompt that opens one, or that closes it already. */
function thoughtClosed(prompt: string, written: string): string {
  const closes = written.trimStart().startsWith(closing);
  if (prompt.trimEnd().endsWith(opening)) return closes ? written : `\n${closing}\n\n${written}`;
  const again = closes && prompt.trimEnd().endsWith(closing);
  return again ? written.slice(written.indexOf(closing) + closing.length) : written;
}

/** How far two texts are the same, none of these spellings cut in two. */
function sharedLength(one: string, other: string, whole: readonly string[]): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  for (const { 0: found, index } of one.matchAll(spellingPattern(whole)))
    if (index < length && length < index + found.length) length = index;
  return length;
}

/** Where the nth occurrence ends, counted from 1; -1 when there are fewer. */
function endOfNth(text: string, part: string, n: number): number {
  let end = 0;
  for (let i = 0; i < n; i++) {
    const at = text.indexOf(part, end);
    if (at < 0) return -1;
    end = at + part.length;
  }
  return end;
}

function unanswerable(): InvalidRequestError {
  return new InvalidRequestError(
    "The model's chat template writes a conversation so differently once it is answered that it cannot be told where the answer begins.",
    "messages",
    "chat_template_unanswerable",
  );
}
