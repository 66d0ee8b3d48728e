/** @file The 55k set's layout: a column for each outcome, and texts without their speakers. */

import { BadRow, checked, type Row } from "../files/bad-row.ts";
import { type BattleRecord, OneHotRecord, type Turn, type Winner } from "../protocol/battle.ts";

/** @throws {BadRow} a column is not what it should be, or not exactly one outcome is marked. */
export function unfoldOneHot(row: Row): BattleRecord {
  const { prompt, response_a, response_b, ...rest } = row;
  const texts = { prompt: textsIn(prompt), response_a: textsIn(response_a) };
  const record = checked(OneHotRecord, { ...rest, ...texts, response_b: textsIn(response_b) });
  return {
    id: record.id,
    model_a: record.model_a,
    model_b: record.model_b,
    winner: winnerOf(record),
    conversation_a: toTurns(record.prompt, record.response_a),
    conversation_b: toTurns(record.prompt, record.response_b),
  };
}

/** A list in JSON, `["Hello"]`; a text that is none is one turn. */
function textsIn(cell: unknown): unknown {
  if (typeof cell !== "string") return cell;
  try {
    const texts: unknown = JSON.parse(cell);
    return Array.isArray(texts) ? texts : [cell];
  } catch {
    return [cell];
  }
}

function winnerOf({ winner_model_a, winner_model_b, winner_tie }: OneHotRecord): Winner {
  if (winner_model_a + winner_model_b + winner_tie !== 1)
    throw new BadRow("winner_model_a, winner_model_b, winner_tie: exactly one must be 1");
  if (winner_tie === 1) return "tie";
  return winner_model_a === 1 ? "model_a" : "model_b";
}

type Texts = OneHotRecord["prompt"];

function toTurns(prompts: Texts, responses: Texts): Turn[] | null {
  if (!prompts || !responses) return null;
  return prompts.flatMap((prompt, i) => [
    { role: "user", content: prompt },
    { role: "assistant", content: responses[i] ?? "" },
  ]);
}
