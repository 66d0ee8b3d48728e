/**
 * @file The style features of two answers: as the file's `conv_metadata` counts them, and where it
 * does not, counted here. Both answers of a battle are always measured by the same rule.
 */
import type { Turn } from "../protocol/battle.ts";
import { type MarkdownCounts, markdownCounts } from "../rating/style-features.ts";
import { type Conversations, textOf, turnsOf } from "./conversation.ts";
import type { Metadata, RecordDetails } from "./record-details.ts";
import { countWords, statedTokens } from "./token-count.ts";

type Side = "a" | "b";
type Pair = readonly [number, number];

/** What `conv_metadata` calls a feature; names that are not known here stand for themselves. */
const keysOf = new Map<string, (side: Side) => string>([
  ["length", (side) => `sum_assistant_${side}_tokens`],
  ["header", (side) => `header_count_${side}`],
  ["list", (side) => `list_count_${side}`],
  ["bold", (side) => `bold_count_${side}`],
]);

export const featureKey = (feature: string, side: Side) =>
  keysOf.get(feature)?.(side) ?? `${feature}_${side}`;

const keyPairs = new Map<string, readonly [string, string]>();

/** The keys of both sides: made once, since every row asks for them. */
function featureKeys(feature: string): readonly [string, string] {
  const known = keyPairs.get(feature);
  if (known) return known;
  const keys = [featureKey(feature, "a"), featureKey(feature, "b")] as const;
  keyPairs.set(feature, keys);
  return keys;
}

/** (2k,) the k features of A's answer, then of B's; NaN where nothing tells. */
export function answerStyle(features: readonly string[], details: RecordDetails): Float64Array {
  const style = new Float64Array(2 * features.length).fill(Number.NaN);
  let counter: Counter | undefined; // reads every answer: made when a feature is not stated
  for (const [i, feature] of features.entries()) {
    const stated = statedIn(details.metadata, feature);
    if (!stated && keysOf.has(feature)) counter ??= counterOf(details.conversations);
    const pair = stated ?? counter?.(feature);
    if (pair) [style[i], style[features.length + i]] = pair;
  }
  return style;
}

function statedIn(metadata: Metadata, feature: string): Pair | null {
  const [ofA, ofB] = featureKeys(feature);
  const a = total(metadata?.[ofA]);
  const b = total(metadata?.[ofB]);
  return a === null || b === null ? null : [a, b];
}

/** One number, or the sum of the kinds' numbers. */
function total(count: NonNullable<Metadata>[string]): number | null {
  if (count === null || count === undefined || typeof count === "number") return count ?? null;
  let sum = 0;
  for (const kind in count) sum += count[kind];
  return sum;
}

type Counter = (feature: string) => Pair | null;

function counterOf(conversations: Conversations | null): Counter {
  if (!conversations) return () => null;
  const [a, b] = conversations.map((turns) => turnsOf(turns, "assistant"));
  let markdown: readonly [MarkdownCounts, MarkdownCounts] | undefined;
  return (feature) => {
    if (feature === "length") return lengths(a, b);
    markdown ??= [markdownOf(a), markdownOf(b)];
    if (feature !== "header" && feature !== "list" && feature !== "bold") return null;
    return [markdown[0][feature], markdown[1][feature]];
  };
}

/** Tokens if they are stated for both, else words for both. */
function lengths(a: readonly Turn[], b: readonly Turn[]): Pair {
  const [ofA, ofB] = [statedTokens(a), statedTokens(b)];
  return ofA === null || ofB === null ? [countWords(a), countWords(b)] : [ofA, ofB];
}

const markdownOf = (turns: readonly Turn[]) =>
  markdownCounts(turns.map(({ content }) => textOf(content)).join("\n"));
