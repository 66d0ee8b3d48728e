/** @file What was said in a conversation, whichever way its turns hold their text. */
import type { Turn } from "../protocol/battle.ts";

/** A's and B's. */
export type Conversations = readonly [readonly Turn[], readonly Turn[]];

/** A plain text; FastChat's `[text, images]`; or a list of parts, of which images have no text. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map(textOfPart).filter(Boolean).join("\n");
}

function textOfPart(part: unknown): string {
  if (typeof part === "string") return part;
  const text: unknown = part !== null && typeof part === "object" && "text" in part && part.text;
  return typeof text === "string" ? text : "";
}

/** One speaker's turns. */
export function turnsOf(turns: readonly Turn[], role: "user" | "assistant"): Turn[] {
  return turns.filter((turn) => turn.role === role);
}
