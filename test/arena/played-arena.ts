/**
 * @file An arena in which people have played: battles with believable texts, written through the
 * store by seeded chance. The same seed plays the same.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countWords } from "../../src/battles/token-count.ts";
import type { EventBody, VoteTag } from "../../src/protocol/arena-event.ts";
import type { Winner } from "../../src/protocol/battle.ts";
import { promptHash } from "../../src/rating/deduplication.ts";
import { type Random, randomStream } from "../../src/rating/random.ts";
import { markdownCounts } from "../../src/rating/style-features.ts";
import { ArenaStore } from "../../src/store/arena-store.ts";

export type Player = {
  name: string;
  /** On the scale of ratings. */
  rating: number;
  /** Sentences of an answer, about. */
  sentences: number;
  /** Whether it likes lists and bold words. */
  dressesUp: boolean;
};

export type PlayOptions = {
  votes: number;
  players?: readonly Player[];
  voters?: number;
  seed?: number;
  /** Unix time, ms, of the first vote. */
  startAt?: number;
  /** Between two votes. */
  stepMs?: number;
  /** Share of voters who agree to publication. */
  research?: number;
  /** False: only the votes themselves, which takes an eighth of the time. */
  texts?: boolean;
};

/** What one vote is made of. */
export type Ballot = {
  chat: string;
  voter: string;
  address: string;
  models: readonly [string, string];
  winner: Winner;
  at: number;
  research: boolean;
  prompts: readonly string[];
  answers: readonly [readonly string[], readonly string[]];
  language: string | null;
  tags?: VoteTag[];
};

/** Ten models; neighbours are 25 points apart, which is close. */
export const tenPlayers: readonly Player[] = [
  "atlas-70b",
  "borealis-32b",
  "cirrus-14b",
  "delta-13b",
  "ember-9b",
  "fjord-8b",
  "grove-7b",
  "harbor-4b",
  "iris-3b",
  "juniper-1b",
].map((name, i) => ({
  name,
  rating: 1112.5 - 25 * i,
  sentences: 3 + ((i * 7) % 5),
  dressesUp: i % 3 === 0,
}));

export const firstVoteAt = Date.UTC(2026, 8, 1);

/** A store in a folder of its own. */
export function freshStore(): { store: ArenaStore; folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "fastchat-arena-"));
  const store = new ArenaStore(folder);
  const remove = () => {
    store.close();
    rmSync(folder, { recursive: true });
  };
  return { store, folder, remove };
}

/** Plays, and returns the ballots in the order in which they were cast. */
export function playArena(store: ArenaStore, options: PlayOptions): Ballot[] {
  const ballots = drawBallots(options);
  const { texts = true } = options;
  const known = new Set<string>();
  for (const ballot of ballots) {
    if (texts && !known.has(ballot.voter)) enter(store, ballot);
    known.add(ballot.voter);
    if (texts) writeChat(store, ballot);
    castVote(store, ballot);
  }
  return ballots;
}

/** The ballots alone: nothing is written. */
export function drawBallots({
  votes,
  players = tenPlayers,
  voters = Math.max(1, Math.round(votes / 12)),
  seed = 1,
  startAt = firstVoteAt,
  stepMs = 240_000,
  research = 0.8,
}: PlayOptions): Ballot[] {
  const random = randomStream(seed);
  return Array.from({ length: votes }, (_, i) => {
    const voter = Math.floor(voters * random() ** 1.5); // some vote far more often than others
    const [a, b] = pairOf(players, random);
    const { prompts, language } = promptsOf(random);
    return {
      chat: hashOf(`chat-${seed}-${i}`),
      voter: hashOf(`voter-${seed}-${voter}`),
      address: hashOf(`address-${seed}-${Math.floor(voter / 1.3)}`),
      models: [a.name, b.name],
      winner: winnerOf(a, b, random),
      at: startAt + i * stepMs,
      research: (voter * 37) % 100 < research * 100,
      prompts,
      answers: [prompts.map(() => answerOf(a, random)), prompts.map(() => answerOf(b, random))],
      language,
    };
  });
}

/** Stores the vote, as the arena does. */
export function castVote(store: ArenaStore, ballot: Ballot): void {
  const { chat, voter, at } = ballot;
  store.vote(toVoteBody(ballot), { chat, voter, key: chat }, at);
}

function toVoteBody(ballot: Ballot): EventBody<"vote"> {
  const { winner, address, tags = [], research } = ballot;
  return {
    winner,
    early: false,
    dwell_ms: 8000,
    address,
    tags,
    research,
    battle: toRecord(ballot),
  };
}

function toRecord({ chat, voter, models, winner, at, prompts, answers, language }: Ballot) {
  const [a, b] = answers;
  return {
    model_a: models[0],
    model_b: models[1],
    winner,
    question_id: chat,
    judge: voter,
    anony: true,
    language,
    turn: prompts.length,
    tstamp: at / 1000,
    conv_metadata: {
      turns: prompts.length,
      sum_user_tokens: wordsIn(prompts),
      sum_assistant_a_tokens: wordsIn(a),
      sum_assistant_b_tokens: wordsIn(b),
      ...styleOf(a, "a"),
      ...styleOf(b, "b"),
    },
    is_code: [...a, ...b].some((text) => text.includes("```")),
    is_refusal: false,
    is_preset: false,
    pair_probability: 1 / 45,
    prompt_hash: promptHash(prompts.map((text) => `${text}\n`).join("")),
  };
}

const wordsIn = (texts: readonly string[]) =>
  countWords(texts.map((content) => ({ role: "any", content })));

function styleOf(answers: readonly string[], side: "a" | "b") {
  const { header, list, bold } = markdownCounts(answers.join("\n"));
  return {
    [`header_count_${side}`]: header,
    [`list_count_${side}`]: list,
    [`bold_count_${side}`]: bold,
  };
}

function enter(store: ArenaStore, { voter, research }: Ballot): void {
  store.addSession(hashOf(`cookie-${voter}`), voter);
  store.setConsent(voter, "1", research);
}

function writeChat(store: ArenaStore, { chat, voter, models, prompts, answers }: Ballot): void {
  const settings = { mode: "battle", models: [...models], system: null, sampling: {}, history: [] };
  store.addChat(
    chat,
    voter,
    { ...settings, mode: "battle" },
    {
      mode: "battle",
      models: [...models],
      pair_probability: 1 / 45,
      continues: null,
      preset: false,
      images: false,
    },
  );
  for (const [turn, text] of prompts.entries()) {
    store.setPrompt(chat, turn, { text, images: [] });
    for (const [place, seat] of (["a", "b"] as const).entries())
      store.setAnswer(chat, {
        turn,
        seat,
        status: "done",
        error: null,
        text: answers[place]?.[turn] ?? "",
        reasoning: "",
        ttftMs: 120,
        totalMs: 2400,
        tokens: 90,
      });
  }
}

function pairOf(players: readonly Player[], random: Random): [Player, Player] {
  const one = Math.floor(random() * players.length);
  const other = (one + 1 + Math.floor(random() * (players.length - 1))) % players.length;
  return [players[one] as Player, players[other] as Player];
}

/** A fifth of the votes name no winner. */
function winnerOf(a: Player, b: Player, random: Random): Winner {
  const chance = 1 / (1 + 10 ** ((b.rating - a.rating) / 400));
  const draw = random();
  if (draw < 0.12) return "tie";
  if (draw < 0.2) return "both_bad";
  return random() < chance ? "model_a" : "model_b";
}

const subjects: Record<string, readonly string[]> = {
  English: [
    "a sourdough starter that smells of acetone",
    "the difference between a mutex and a semaphore",
    "how vaccines train the immune system",
    "a three-day trip to Lisbon with two children",
    "why the sky is blue at noon and red at dusk",
    "compound interest on a monthly deposit",
    "a polite way to turn down a job offer",
    "how a bill becomes law in the United States",
    "the plot of Hamlet for a ten-year-old",
    "a SQL query for the second highest salary",
  ],
  German: [
    "wie eine Wärmepumpe im Winter heizt",
    "den Unterschied zwischen Dativ und Akkusativ",
    "ein Wochenende in Dresden mit wenig Geld",
    "warum Brot beim Backen aufgeht",
  ],
  Chinese: ["为什么海水是咸的", "怎样准备一次面试", "如何学好英语口语"],
};

const openings: Record<string, readonly string[]> = {
  English: ["Explain", "Please help me with", "Write a short text about", "Give me advice on"],
  German: ["Erkläre mir bitte", "Schreibe einen kurzen Text über:", "Hilf mir bei:"],
  Chinese: ["请解释", "请简要说明", "帮我写一段话："],
};

function promptsOf(random: Random): { prompts: string[]; language: string } {
  const draw = random();
  const language = draw < 0.7 ? "English" : draw < 0.9 ? "German" : "Chinese";
  const first = `${pick(openings[language], random)} ${pick(subjects[language], random)}, ${Math.floor(random() * 900 + 100)}.`;
  const more = random() < 0.2 ? [pick(followUps[language], random)] : [];
  return { prompts: [first, ...more], language };
}

const followUps: Record<string, readonly string[]> = {
  English: ["Can you make that shorter?", "And with an example, please."],
  German: ["Geht das auch kürzer?", "Und mit einem Beispiel, bitte."],
  Chinese: ["可以简短一点吗？", "请举个例子。"],
};

const sentences = [
  "It depends on what you start from and how much time you have.",
  "The main idea is simple, and the details follow from it.",
  "A small example makes this clear.",
  "Most people notice the difference after a week.",
  "If it does not work at once, change one thing at a time.",
  "There are two common mistakes, and both are easy to avoid.",
  "In short, begin with the part that you know best.",
  "Experts disagree about this, but the evidence is fairly good.",
];

function answerOf({ sentences: usual, dressesUp }: Player, random: Random): string {
  const count = Math.max(1, Math.round(usual + 3 * (random() - 0.5)));
  const said = Array.from({ length: count }, () => pick(sentences, random));
  if (!dressesUp || random() < 0.3) return said.join(" ");
  return `## In short\n\n${said.map((text) => `- **Note:** ${text}`).join("\n")}`;
}

function pick<T>(list: readonly T[] | undefined, random: Random): T {
  if (!list) throw new Error("nothing to pick from");
  return list[Math.floor(random() * list.length)] as T;
}

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);
