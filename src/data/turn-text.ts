/** @file The text of a battle's turn: plain, or a list of parts, of which pictures have none. */

export function turnText(content: unknown): string {
  if (typeof content === "string") return content;
  const parts: unknown[] = Array.isArray(content) ? content : [];
  return parts.map(partText).filter(Boolean).join("\n");
}

function partText(part: unknown): string {
  if (typeof part === "string") return part;
  const hasText = part !== null && typeof part === "object" && "text" in part;
  return hasText && typeof part.text === "string" ? part.text : "";
}
