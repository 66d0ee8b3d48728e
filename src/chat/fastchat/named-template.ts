/** @file FastChat's conversation templates by name, and what a wrong name may have meant. */
import { UsageError } from "../../errors/usage-error.ts";
import { closeNames } from "../close-names.ts";
import {
  type ConversationTemplate,
  type PromptTemplate,
  writesPrompts,
} from "./conversation-template.ts";
import { conversationTemplates } from "./conversation-templates.ts";

const byName = new Map(conversationTemplates.map((template) => [template.name, template]));

export const templateNames: readonly string[] = [...byName.keys()];

export function namedTemplate(name: string): ConversationTemplate | undefined {
  return byName.get(name);
}

/** @throws {UsageError} none has this name, or it writes no prompts. */
export function requiredTemplate(name: string): PromptTemplate {
  const template = byName.get(name);
  if (template === undefined) throw new UsageError(`${unknownTemplate(name)}.`);
  if (!writesPrompts(template))
    throw new UsageError(
      `FastChat's template '${name}' writes no prompts: its model sits behind an API.`,
    );
  return template;
}

/** What is wrong with the name, without an end: sentences go on differently. */
export function unknownTemplate(name: string): string {
  const close = closeNames(name, templateNames).map((one) => `'${one}'`);
  const meant = close.length > 0 ? `did you mean ${close.join(" or ")}` : allNames;
  return `FastChat has no template '${name}': ${meant}`;
}

const allNames = "fastchat data render --list names them all";
