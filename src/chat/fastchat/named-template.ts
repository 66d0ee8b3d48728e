/** @file FastChat's conversation templates by name, and what a wrong name may have meant. */
import { UsageError } from "../../errors/usage-error.ts";
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
  const close = closeNames(name).map((one) => `'${one}'`);
  const meant = close.length > 0 ? `did you mean ${close.join(" or ")}` : allNames;
  return `FastChat has no template '${name}': ${meant}`;
}

const allNames = "fastchat data render --list names them all";

const mostClose = 5;

/** Names that differ little, the closest first; capitals and signs do not count. */
export function closeNames(name: string): string[] {
  const wanted = letters(name);
  const near = templateNames
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, letters(candidate)) }))
    .filter(({ distance }) => distance <= Math.max(1, wanted.length / 3));
  const sorted = near.sort((a, b) => a.distance - b.distance);
  return sorted.slice(0, mostClose).map(({ candidate }) => candidate);
}

const letters = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** How many letters one has to add, drop or change; 1 where one begins with the other. */
function distanceOf(one: string, other: string): number {
  const isPart = one !== "" && (one.startsWith(other) || other.startsWith(one));
  return isPart && one !== other ? 1 : editDistance(one, other);
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (let k = 1; k <= other.length; k++) {
      const swap = (row[k - 1] ?? 0) + (letter === other.charAt(k - 1) ? 0 : 1);
      next.push(Math.min(swap, (row[k] ?? 0) + 1, (next[k - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
