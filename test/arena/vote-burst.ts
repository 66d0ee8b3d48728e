/**
 * @file Votes as fast as the disk takes them, each said aloud once it is stored: a process to be
 * killed. Eight clients take turns.
 *
 * Usage: node --import tsx vote-burst.ts FOLDER ROUND [VOTES]
 */
import { writeSync } from "node:fs";
import { ArenaStore } from "../../src/store/arena-store.ts";

const [folder = "", round = "0", votes = "Infinity"] = process.argv.slice(2);
const store = new ArenaStore(folder);

for (let i = 0; i < Number(votes); i++) {
  const chat = `battle-${round}-${i}`;
  const battle = {
    model_a: "alpha",
    model_b: "beta",
    winner: "model_a" as const,
    question_id: chat,
    judge: `voter-${i % 8}`,
  };
  const outcome = store.vote(
    {
      winner: "model_a",
      early: false,
      dwell_ms: 1,
      address: "address",
      tags: [],
      research: true,
      battle,
    },
    { chat, voter: `voter-${i % 8}`, key: `key-${round}-${i}` },
  );
  if (outcome === "voted") writeSync(1, `${chat}\n`);
}
