/**
 * @file Tools in words, where a chat format has no place for them: told in the system message, calls and
 * results in the texts of turns. Strings are only put together, so what is marked in them stays so.
 */
import type { Chat } from "./chat-format.ts";
import { plainMessages, type TemplateMessage } from "./template-messages.ts";
import { callLines, exampleCall, type WriteCalls } from "./written-call.ts";

/** A message of a format that knows nothing but texts. */
export type SpokenMessage = { role: "system" | "user" | "assistant"; content: string };

/** A conversation in texts alone, its calls written as JSON, one a line. */
export function spokenMessages(
  { messages, tools }: Pick<Chat, "messages" | "tools">,
  takesSystem: boolean,
): SpokenMessage[] {
  const plain = plainMessages(messages).map((each) => ({ ...each, content: each.content ?? "" }));
  const turns = toldResults(toldCalls(plain, callLines), plain);
  const told = tools?.length
    ? introduced(turns, toolIntroduction(tools, callLines([exampleCall])), takesSystem)
    : turns;
  return told.map(({ role, content }) => ({
    role: role === "tool" ? "user" : role,
    content: content ?? "",
  }));
}

type Described = {
  name: string;
  description?: string | null | undefined;
  parameters?: unknown;
};

/** @param example A call as the model is to write it. */
export function toolIntroduction(
  tools: readonly { function: Described }[],
  example: string,
): string {
  const each = example.startsWith("{") ? "one line of JSON for each call, like this" : "like this";
  return `You can call these functions, each described by a line of JSON:
${tools.map(description).join("\n")}

To call functions, write ${each}, and nothing else:
${example}

You are then told what they return. Where no function helps, answer in words.`;
}

function description({
  function: { name, description: about, parameters },
}: {
  function: Described;
}) {
  return JSON.stringify({
    name,
    ...(about && { description: about }),
    ...(parameters ? { parameters } : {}),
  });
}

/** The introduction behind the system's text, or, where none is read, before the first user's. */
export function introduced(
  turns: readonly TemplateMessage[],
  introduction: string,
  takesSystem: boolean,
): TemplateMessage[] {
  const role = takesSystem ? "system" : "user";
  const at = turns.findIndex((turn) => turn.role === role);
  const turn = turns[at];
  if (turn === undefined) return [{ role, content: introduction }, ...turns];
  const texts = takesSystem ? [turn.content, introduction] : [introduction, turn.content];
  return turns.with(at, { ...turn, content: paragraphs(texts) });
}

/** Calls as the assistant's text, behind what it said. */
export function toldCalls(turns: readonly TemplateMessage[], write: WriteCalls): TemplateMessage[] {
  return turns.map((turn) => {
    const { tool_calls: calls, ...spoken } = turn;
    if (!calls?.length) return turn;
    const text = write(calls.map((call) => call.function));
    return { ...spoken, content: turn.content ? `${turn.content}\n${text}` : text };
  });
}

/**
 * Results as the user's text, in one turn with what the user says around them: many templates take
 * turns strictly.
 *
 * @param calling The turns with the calls, which have the functions' names.
 */
export function toldResults(
  turns: readonly TemplateMessage[],
  calling: readonly TemplateMessage[],
): TemplateMessage[] {
  const called = calling.flatMap(({ tool_calls: calls }) => calls ?? []);
  const names = new Map(called.map((call) => [call.id, call.function.name]));
  const told: TemplateMessage[] = [];
  for (const [index, turn] of turns.entries()) {
    const isResult = turn.role === "tool";
    const content = isResult ? resultText(turn, names) : turn.content;
    const last = told.at(-1);
    const goesOn = isResult || (turn.role === "user" && turns[index - 1]?.role === "tool");
    if (goesOn && last?.role === "user")
      told[told.length - 1] = { ...last, content: paragraphs([last.content, content]) };
    else told.push(isResult ? { role: "user", content } : turn);
  }
  return told;
}

function resultText(
  { content, tool_call_id: id }: TemplateMessage,
  names: ReadonlyMap<string, string>,
): string {
  return `${names.get(id ?? "") ?? "The function"} returned:\n${content ?? ""}`;
}

function paragraphs(texts: readonly (string | null)[]): string {
  return texts.filter(Boolean).join("\n\n");
}
