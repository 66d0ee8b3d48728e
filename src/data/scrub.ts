/** @file Takes what is personal out of battles' texts, by whatever rule it is given. */
import type { BattleRecord, Turn } from "../protocol/battle.ts";
import { turnText } from "./turn-text.ts";

export type Scrub = (text: string) => string | Promise<string>;

/** Every text of every turn goes through it; pictures are left out. */
export async function* scrubbed(
  records: AsyncIterable<BattleRecord>,
  scrub: Scrub,
): AsyncGenerator<BattleRecord, void> {
  for await (const record of records)
    yield {
      ...record,
      conversation_a: await scrubTurns(record.conversation_a, scrub),
      conversation_b: await scrubTurns(record.conversation_b, scrub),
    };
}

async function scrubTurns(turns: BattleRecord["conversation_a"], scrub: Scrub) {
  if (!turns) return turns;
  const clean: Turn[] = [];
  for (const { role, content } of turns)
    clean.push({ role, content: await scrub(turnText(content)) });
  return clean;
}
