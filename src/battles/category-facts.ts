/**
 * @file What decides a battle's categories, as its record says it. Where a file does not state
 * tokens, the lengths are in words (token-count.ts).
 */
import type { BattleRecord } from "../protocol/battle.ts";
import type { Battle } from "../rating/battles.ts";
import type { CategoryFacts } from "../rating/categories.ts";
import { type Conversations, turnsOf } from "./conversation.ts";
import type { RecordDetails } from "./record-details.ts";
import { countWords, statedTokens } from "./token-count.ts";

export function categoryFacts(battle: Battle, details: RecordDetails): CategoryFacts {
  const { tags } = details;
  return {
    winner: battle.winner,
    language: battle.language,
    turns: turnCount(details),
    ...lengths(details),
    isCode: tags.is_code ?? null,
    isRefusal: tags.is_refusal ?? null,
    isPreset: tags.is_preset ?? null,
    dedupSampled: tags.dedup_tag?.sampled ?? null,
    tags: tags.category_tag ?? null,
  };
}

function turnCount(details: RecordDetails): number | null {
  const stated = details.tags.turn ?? number(details.metadata, "turns");
  if (stated !== null) return stated;
  return details.conversations && turnsOf(details.conversations[0], "user").length;
}

type Lengths = Pick<CategoryFacts, "userTokens" | "sideTokens">;

function lengths(details: RecordDetails): Lengths {
  const metadata = details.metadata;
  const user = number(metadata, "sum_user_tokens");
  const a = number(metadata, "sum_assistant_a_tokens");
  const b = number(metadata, "sum_assistant_b_tokens");
  if (user !== null && a !== null && b !== null)
    return { userTokens: user, sideTokens: [user + a, user + b] };
  return countedLengths(details.conversations);
}

function countedLengths(conversations: Conversations | null): Lengths {
  if (!conversations) return { userTokens: null, sideTokens: null };
  const [a, b] = conversations;
  const asked = turnsOf(a, "user");
  return {
    userTokens: statedTokens(asked) ?? countWords(asked),
    sideTokens: [statedTokens(a) ?? countWords(a), statedTokens(b) ?? countWords(b)],
  };
}

function number(metadata: BattleRecord["conv_metadata"], name: string): number | null {
  const value = metadata?.[name];
  return typeof value === "number" ? value : null;
}
