/**
 * @file What a template can do, found by rendering small conversations with it once.
 *
 * Templates do not say it: some refuse a system message (gemma), some leave it out without a word,
 * and for some only a null content beside tool calls shows the calls (DeepSeek).
 */
import { InvalidRequestError } from "../errors/request-errors.ts";

/** Renders a conversation that asks for an answer. */
export type RenderMessages = (messages: object[], tools?: object[]) => Promise<string>;

const systemText = "Answer in verse.";
const question = { role: "user", content: "Where is it warm?" };

/** @throws {ApiError} the template renders not even one user message. */
export async function takesSystem(render: RenderMessages): Promise<boolean> {
  const rendered = await render([{ role: "system", content: systemText }, question]).catch(
    (error: unknown) => {
      if (error instanceof InvalidRequestError) return "";
      throw error;
    },
  );
  if (rendered.includes(systemText)) return true;
  await render([question]);
  return false;
}

/**
 * Whether null, not the empty text, has to stand beside tool calls: the empty text hides the calls
 * or adds a turn of its own, or else null fails or is spelt out as "None".
 */
export async function wantsNullContent(render: RenderMessages): Promise<boolean> {
  const length = (content: "" | null) =>
    render([question, toolCall(content), toolAnswer]).then(
      (rendered) => (rendered.includes(city) ? rendered.length : Infinity),
      () => Infinity,
    );
  return (await length(null)) < (await length(""));
}

/** Whether arguments have to be given as JSON text: given as an object, they are printed as Python would. */
export async function wantsTextArguments(render: RenderMessages): Promise<boolean> {
  const rendered = await render([question, toolCall(""), toolAnswer]).catch(() => "");
  const asNull = await render([question, toolCall(null), toolAnswer]).catch(() => "");
  return [rendered, asNull].some((text) => text.includes(`{'city': '${city}'}`));
}

/** Whether a turn that calls tools may have thoughts or a text, but not both (Harmony). */
export async function refusesTextBesideThought(
  render: RenderMessages,
  field: ThoughtField,
): Promise<boolean> {
  const called = { ...toolCall("Wait."), [field]: "It is warm." };
  return render([question, called, toolAnswer]).then(
    () => false,
    (error: unknown) => error instanceof InvalidRequestError,
  );
}

/** What a template writes of tools. */
export type ToolPlaces = { tools: boolean; calls: boolean; results: boolean };

export async function toolPlaces(render: RenderMessages): Promise<ToolPlaces> {
  const shown = (messages: object[]) => render(messages, [tool]).catch(() => "");
  const all = await Promise.all(
    [toolCall(""), toolCall(null), toolCall("", `{"city": "${city}"}`)].map((call) =>
      shown([question, call, toolAnswer]),
    ),
  );
  const has = (text: string) => all.some((rendered) => rendered.includes(text));
  const introduction = await shown([question]);
  return {
    tools: introduction.includes(tool.function.description),
    calls: has(city),
    results: has(toolAnswer.content),
  };
}

/** Whether a call's id must be nine letters and digits (Mistral); everybody else's are longer. */
export function wantsShortIds(template: string): boolean {
  return /id['"]?\]?\s*\|\s*length\s*!=\s*9\b/.test(template);
}

export type ThoughtField = "reasoning_content" | "reasoning" | "thinking";

/** The name under which a template looks for an assistant's thoughts. */
export function thoughtField(template: string): ThoughtField {
  if (template.includes("reasoning_content")) return "reasoning_content";
  const named = /\bmessage(?:\.|\[['"])(thinking|reasoning)\b/.exec(template)?.[1];
  return named === "thinking" || named === "reasoning" ? named : "reasoning_content";
}

/** The texts a template splits at: `content.split('</think>')`, directly or through a variable. */
export function splitTags(template: string): string[] {
  const tags = [...template.matchAll(/split\(\s*(?:(['"])(.*?)\1|(\w+))/g)].map(
    ([, , literal, variable]) => literal ?? variableValue(template, variable ?? ""),
  );
  return tags.filter((tag) => tag.length > 2 && tag.trim() === tag && !tag.includes("\\"));
}

function variableValue(template: string, variable: string): string {
  const set = new RegExp(`set\\s+${variable}\\s*=\\s*(['"])(.*?)\\1`).exec(template);
  return set?.[2] ?? "";
}

const callId = "abc123def"; // Mistral's templates take nothing but nine letters and digits
const city = "Reykjavik";

const tool = {
  type: "function",
  function: {
    name: "heat",
    description: "How warm it is",
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
};

function toolCall(content: string | null, given: object | string = { city }): object {
  const call = {
    id: callId,
    type: "function",
    function: { name: "heat", arguments: given },
  };
  return { role: "assistant", content, tool_calls: [call] };
}

const toolAnswer = {
  role: "tool",
  content: "20 degrees",
  tool_call_id: callId,
  name: "heat",
};
