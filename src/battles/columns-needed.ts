/** @file Which columns of a table are read: a dataset's conversations are most of its bytes. */
import { UsageError } from "../errors/usage-error.ts";
import { featureKey } from "./answer-style.ts";
import type { Wanted } from "./battle-row.ts";

const always = [
  ...["model_a", "model_b", "winner", "winner_model_a", "winner_model_b", "winner_tie"],
  ...["judge", "judge_hash", "anony", "language", "tstamp", "timestamp", "quarantine"],
];
const tags = ["turn", "is_code", "is_refusal", "is_preset", "dedup_tag", "category_tag"];
const texts = ["conversation_a", "conversation_b", "prompt", "response_a", "response_b"];

/** @throws {UsageError} the two models are not among the columns. */
export function needModelColumns(names: readonly string[], file: string): string[] {
  const trimmed = names.map((name) => name.trim());
  if (!trimmed.includes("model_a") || !trimmed.includes("model_b"))
    throw new UsageError(
      `${file} has no columns model_a and model_b: a table of battles needs them and winner.`,
    );
  return trimmed;
}

/**
 * The columns to read of those that are there.
 *
 * @param names of the columns, and of the fields of `conv_metadata` where it has a layout.
 */
export function neededColumns(
  names: readonly string[],
  fields: readonly string[],
  wanted: Wanted,
): string[] {
  const needed = new Set(always);
  if (wanted.features.length > 0 || wanted.withCategories) needed.add("conv_metadata");
  if (wanted.withCategories) for (const tag of tags) needed.add(tag);
  if (wanted.withPrompts) needed.add("prompt_hash");
  if (needsTexts(names, fields, wanted)) for (const text of texts) needed.add(text);
  return names.filter((name) => needed.has(name));
}

function needsTexts(names: readonly string[], fields: readonly string[], wanted: Wanted): boolean {
  const { features, withCategories, withPrompts, detectLanguage } = wanted;
  if (withPrompts || (detectLanguage !== null && !names.includes("language"))) return true;
  const stated = new Set(
    features.flatMap((name) => [featureKey(name, "a"), featureKey(name, "b")]),
  );
  if (withCategories)
    for (const count of ["sum_user_tokens", "sum_assistant_a_tokens", "sum_assistant_b_tokens"])
      stated.add(count);
  return [...stated].some((field) => !fields.includes(field));
}
