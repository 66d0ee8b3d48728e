/**
 * @file Whether an answer gives its model away. Only what the models wrote is searched, for whole
 * words, and for the names of the models and makers that are here: "palm tree" is no leak.
 */
import type { ModelInfo } from "../../protocol/arena.ts";

/** Parts of names that many words share. */
const commonWords = new Set(
  "chat instruct base it mini small medium large tiny micro pro preview latest turbo flash code coder model ai labs research team the".split(
    " ",
  ),
);

/** @param models those the arena knows, not only the two. */
export function leaksIdentity(texts: readonly string[], models: readonly ModelInfo[]): boolean {
  const words = [
    ...new Set(models.flatMap(({ name, organisation }) => wordsOf(name, organisation))),
  ];
  if (words.length === 0) return false;
  const alternatives = words.map((word) => word.replace(/[\\^$.*+?|()[\]{}]/g, "\\$&")).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives})(?![\\p{L}\\p{N}])`, "iu");
  return texts.some((text) => pattern.test(text));
}

/** `Qwen/Qwen2.5-0.5B-Instruct` → itself without its path, `qwen2.5`, `qwen`; and the maker. */
function wordsOf(name: string, organisation: string | null): string[] {
  const last = name.split("/").at(-1) ?? name;
  const parts = last.toLowerCase().split(/[-_:@ ]+/);
  const families = parts.slice(0, 2).flatMap((part) => [part, part.replace(/[\d.]+[a-z]?$/, "")]);
  return [
    last.toLowerCase(),
    ...families,
    ...(organisation ? [organisation.toLowerCase()] : []),
  ].filter((word) => word.length >= 3 && !commonWords.has(word) && /\p{L}/u.test(word));
}
