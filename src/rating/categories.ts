/**
 * @file The slices of the leaderboard: for each, its name, its title, and which battles are in it.
 * A battle of which a fact is not known is in no slice that asks for this fact.
 *
 * Source: FastChat's `monitor/monitor_md.py` (names and titles) and `monitor/classify/category.py`
 * (what taggers write); https://lmsys.org/blog/2024-05-17-category-hard/ for `hard_6`.
 */
import { UsageError } from "../errors/usage-error.ts";
import type { Winner } from "../protocol/battle.ts";

/** What a record says about a battle; null: it does not say. */
export type CategoryFacts = {
  winner: Winner;
  /** English name: `English`. */
  language: string | null;
  turns: number | null;
  /** Of all that the user wrote. */
  userTokens: number | null;
  /** Of both whole conversations, user and assistant: A's, B's. */
  sideTokens: readonly [number, number] | null;
  isCode: boolean | null;
  isRefusal: boolean | null;
  isPreset: boolean | null;
  /** `dedup_tag.sampled`: the battle is one of those that stay. */
  dedupSampled: boolean | null;
  /** `category_tag`: tagger → tag → verdict. */
  tags: Tags | null;
};

type Tags = Readonly<Record<string, Readonly<Record<string, unknown>> | null | undefined>>;

export type Category = {
  readonly name: string;
  readonly title: string;
  readonly explanation: string;
  /** Only battles whose language is known can be in it. */
  readonly needsLanguage?: true;
};

type Rule = Category & {
  readonly holds: (facts: CategoryFacts) => boolean;
  /** Most files have no tags: what asks for them need not be asked then. */
  readonly needsTags?: true;
};

const rules: readonly Rule[] = [
  {
    name: "full",
    title: "Overall",
    explanation: "Overall questions",
    holds: () => true,
  },
  {
    name: "dedup",
    title: "De-duplicate Top Redundant Queries",
    explanation:
      "Without what is too frequent among the most frequent prompts, as tagged in the file",
    holds: ({ dedupSampled }) => dedupSampled === true,
  },
  tagged("math", "Math", "Math"),
  tagged(
    "if",
    "Instruction Following",
    "Prompts that test whether instructions are followed: 4 or 5 of 5 points",
  ),
  {
    name: "multiturn",
    title: "Multi-Turn",
    explanation: "Multi-turn conversation (>= 2 turns)",
    holds: ({ turns }) => turns !== null && turns >= 2,
  },
  tagged("creative_writing", "Creative Writing", "Creative writing"),
  tagged("creative_writing_vision", "Creative Writing (Vision)", "Creative writing about an image"),
  {
    name: "coding",
    title: "Coding",
    explanation: "Whether the conversation contains code",
    holds: ({ isCode }) => isCode === true,
  },
  {
    name: "hard_6",
    title: "Hard Prompts",
    explanation: "Prompts that meet at least 6 of 7 criteria of hardness",
    holds: ({ tags }) => isHard(tags),
    needsTags: true,
  },
  {
    name: "hard_english_6",
    title: "Hard Prompts (English)",
    explanation: "English prompts that meet at least 6 of 7 criteria of hardness",
    holds: ({ tags, language }) => language === "English" && isHard(tags),
    needsTags: true,
    needsLanguage: true,
  },
  {
    name: "long_user",
    title: "Longer Query",
    explanation: "Longer query (>= 500 tokens)",
    holds: ({ userTokens }) => userTokens !== null && userTokens >= 500,
  },
  {
    name: "long",
    title: "Long Conversation",
    explanation: "A conversation of >= 768 tokens on either side",
    holds: ({ sideTokens }) =>
      sideTokens !== null && (sideTokens[0] >= 768 || sideTokens[1] >= 768),
  },
  ...["English", "Chinese", "French", "German", "Spanish", "Russian", "Japanese", "Korean"].map(
    (name): Rule => ({
      name: name.toLowerCase(),
      title: name,
      explanation: `${name} prompts`,
      holds: ({ language }) => language === name,
      needsLanguage: true,
    }),
  ),
  {
    name: "no_tie",
    title: "Exclude Ties",
    explanation: "Without ties and without those where both are bad",
    holds: ({ winner }) => winner === "model_a" || winner === "model_b",
  },
  {
    name: "no_short",
    title: "Exclude Short Query (< 5 tokens)",
    explanation: "Without short queries (< 5 tokens)",
    holds: ({ userTokens }) => userTokens !== null && userTokens >= 5,
  },
  {
    name: "no_refusal",
    title: "Exclude Refusal",
    explanation: 'Without answers that refuse (e.g. "I cannot answer")',
    holds: ({ isRefusal }) => isRefusal === false,
  },
  tagged("captioning", "Captioning", "Open-ended captioning"),
  tagged("entity_recognition", "Entity Recognition", "Who or what is in the image"),
  tagged("ocr", "OCR", "Optical character recognition"),
  tagged("humor", "Humor", "Writing jokes, understanding memes"),
  tagged("homework", "Homework", "Homework problems"),
  tagged("diagram", "Diagram", "Plots, flow charts, figures"),
  {
    name: "is_preset",
    title: "Exclude Preset Images",
    explanation: "Without the images that the arena offered as random examples",
    holds: ({ isPreset }) => isPreset === false,
  },
];

export const categories: readonly Category[] = rules;

const tests = rules.map(({ holds, needsTags = false }, place) => {
  return { bit: 1 << place, holds, needsTags };
});
const testsWithoutTags = tests.filter(({ needsTags }) => !needsTags);

/** The bits of all categories that a battle is in. */
export function categoryBits(facts: CategoryFacts): number {
  let bits = 0;
  for (const { bit, holds } of facts.tags ? tests : testsWithoutTags) if (holds(facts)) bits |= bit;
  return bits >>> 0;
}

/** @throws {UsageError} there is no such category. */
export function categoryBit(name: string): number {
  const place = categories.findIndex((category) => category.name === name);
  if (place >= 0) return (1 << place) >>> 0;
  const names = categories.map((category) => category.name).join(", ");
  throw new UsageError(`There is no category '${name}'; choose one of ${names}.`);
}

/** A category that a tagger of its own decides: `math_v0.1: { math: true }`. */
function tagged(name: string, title: string, explanation: string): Rule {
  const tagger = `${name}_v0.1`;
  const holds = ({ tags }: CategoryFacts) => tags?.[tagger]?.[name] === true;
  return { name, title, explanation, holds, needsTags: true };
}

function isHard(tags: Tags | null): boolean {
  const criteria = tags?.["criteria_v0.1"];
  let met = 0;
  for (const name in criteria) if (criteria[name] === true) met++;
  return met >= 6;
}
