/** @file Which votes count: a pure function of the log, verdicts by hand, tests, delay, a campaign. */
import { afterEach, describe, expect, test } from "vitest";
import { BallotBox, type BoardSettings } from "../../../src/arena/board/ballot-box.ts";
import { rateBallots } from "../../../src/arena/board/rated-board.ts";
import { addressName } from "../../../src/battles/suspect-voters.ts";
import { BoardQuery } from "../../../src/protocol/arena.ts";
import { ArenaConfig } from "../../../src/protocol/arena-config.ts";
import type { LeaderboardRow } from "../../../src/protocol/leaderboard.ts";
import { randomStream } from "../../../src/rating/random.ts";
import type { ArenaStore } from "../../../src/store/arena-store.ts";
import {
  type Ballot,
  castVote,
  drawBallots,
  firstVoteAt,
  freshStore,
  playArena,
  tenPlayers,
} from "../played-arena.ts";

const defaults = ArenaConfig.parse({}).board;
const overall = BoardQuery.parse({});

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

function newStore(): ArenaStore {
  const { store, remove } = freshStore();
  removals.push(remove);
  return store;
}

const boxOf = (store: ArenaStore, settings: Partial<BoardSettings> = {}, now?: () => number) =>
  new BallotBox(store, { ...defaults, ...settings }, now);

/** All that the log decides: the battles that count, and why the others do not. */
function stateOf(box: BallotBox) {
  const { votes, battles, held } = box.ballots;
  const holds = votes.map((vote) => [vote.chat, box.log.holdOf(vote)]);
  return { battles, held, holds, hash: box.dataHash(box.ballots) };
}

const boardOf = async (box: BallotBox, settings: Partial<BoardSettings> = {}) =>
  (await rateBallots(box.ballots, overall, { ...defaults, ...settings })).board;

/** Votes and verdicts, some of which undo others. */
function playWithVerdicts(store: ArenaStore, ballots: readonly Ballot[], random = randomStream(9)) {
  for (const [i, ballot] of ballots.entries()) {
    const tags = i % 17 === 0 ? (["identity"] as const) : [];
    castVote(store, { ...ballot, tags: [...tags] });
    if (i % 11 !== 10) continue;
    const past = ballots[Math.floor(random() * i)] as Ballot;
    const battle = random() < 0.5 ? past.chat : null;
    const voter = battle === null ? past.voter : null;
    store.append(random() < 0.6 ? "quarantine" : "release", { battle, voter, reason: "seen" });
  }
}

describe("BallotBox", () => {
  test("comes to the same state vote by vote and from scratch, at every prefix of the log", () => {
    const ballots = drawBallots({ votes: 120 });
    const [whole, growing] = [newStore(), newStore()];
    playWithVerdicts(whole, ballots);
    const follower = boxOf(growing);
    for (const event of whole.events(["vote", "quarantine", "release"])) {
      const of = { chat: event.chat ?? undefined, voter: event.voter ?? undefined };
      growing.append(event.kind, event.body, JSON.parse(JSON.stringify(of)), event.at);
      const state = stateOf(follower);
      if (event.id % 10 === 0) expect(stateOf(boxOf(growing))).toEqual(state);
    }
    expect(stateOf(follower)).toEqual(stateOf(boxOf(whole)));
  });

  test("does not depend on when it was asked, where many votes make the test wait", () => {
    const store = newStore();
    const ballots = drawBallots({ votes: 1400, voters: 40 });
    const follower = boxOf(store);
    for (const [i, ballot] of ballots.entries()) {
      castVote(store, ballot);
      if (i % 97 === 0) follower.ballots;
    }
    expect(stateOf(follower)).toEqual(stateOf(boxOf(store)));
  });

  test("never rates what was tagged, but leaves repeated prompts to the board", () => {
    const store = newStore();
    const [one, two, three, four] = drawBallots({ votes: 4 });
    for (const [ballot, tag] of [
      [one, "identity"],
      [two, "failed"],
      [three, "flagged"],
      [four, "duplicate_prompt"],
    ] as const)
      castVote(store, { ...(ballot as Ballot), tags: [tag] });
    const box = boxOf(store);
    store.append("release", { battle: one?.chat ?? "", voter: null, reason: "" });
    expect(box.ballots.votes.map((vote) => box.log.holdOf(vote))).toEqual([
      ...["identity", "failed", "flagged", null],
    ]);
    expect(box.ballots).toMatchObject({ held: 3, battles: { length: 1 } });
  });

  test("believes the newest verdict, and the one on a battle before the one on its voter", () => {
    const store = newStore();
    const ballots = playArena(store, { votes: 40, voters: 4, texts: false });
    const [{ voter, chat, address }] = ballots as [Ballot];
    const mine = ballots.filter((ballot) => ballot.voter === voter).length;
    const box = boxOf(store);
    const say = (action: "quarantine" | "release", battle: string | null, who: string | null) => {
      store.append(action, { battle, voter: who, reason: "" });
      return box.ballots.held;
    };
    expect(say("quarantine", null, voter)).toBe(mine);
    expect(say("release", chat, null)).toBe(mine - 1);
    expect(say("release", null, voter)).toBe(0);
    expect(say("quarantine", chat, null)).toBe(1);
    expect(say("release", chat, null)).toBe(0);
    expect(say("quarantine", null, addressName(address))).toBeGreaterThan(0);
    expect(say("release", null, addressName(address))).toBe(0);
  });

  test("keeps votes back until they are old enough", () => {
    const store = newStore();
    let now = firstVoteAt;
    playArena(store, { votes: 10, stepMs: 60_000, texts: false });
    const box = boxOf(store, { delay_seconds: 120 }, () => now);
    expect(box.ballots.votes).toHaveLength(0);
    now += 120_000;
    expect(box.ballots.votes).toHaveLength(1);
    now += 3_600_000;
    expect(box.ballots.votes).toHaveLength(10);
    expect(boxOf(store).ballots.votes).toHaveLength(10);
  });

  test("publishes nothing of who takes the consent back or asks to be forgotten", () => {
    const store = newStore();
    const ballots = playArena(store, { votes: 30, voters: 3, research: 1 });
    const box = boxOf(store);
    const isPublic = () => box.log.votes.map((vote) => box.log.isPublic(vote));
    expect(isPublic()).toEqual(ballots.map(() => true));
    const [one, other] = [...new Set(ballots.map(({ voter }) => voter))];
    store.setConsent(one as string, "2", false);
    store.forget(other as string);
    expect(isPublic()).toEqual(ballots.map(({ voter }) => voter !== one && voter !== other));
    expect(box.ballots.battles.length).toBe(30);
    store.setConsent(one as string, "2", true);
    expect(isPublic()).toEqual(ballots.map(({ voter }) => voter !== other));
  });

  test("holds back an address whose many sessions vote for one model, until it is released", () => {
    const store = newStore();
    const ballots = [...drawBallots({ votes: 1500 }), ...campaign("iris-3b", 120, 60, 1)];
    for (const ballot of ballots) castVote(store, ballot);
    const box = boxOf(store);
    const address = "shill-address-0";
    const reasons = new Set(
      box.ballots.votes
        .filter((vote) => vote.address === address)
        .map((vote) => box.log.holdOf(vote)),
    );
    expect([...reasons]).toEqual(["anomalous_address"]); // two votes a session say nothing
    store.append("release", { battle: null, voter: addressName(address), reason: "a school" });
    expect(box.ballots.held).toBe(0);
    expect(boxOf(store, { drop_anomalous: false }).ballots.held).toBe(0);
  });
});

/** Votes for one model against everybody, from so many sessions and addresses, with few prompts. */
function campaign(target: string, votes: number, sessions: number, addresses: number): Ballot[] {
  const rivals = tenPlayers.filter(({ name }) => name !== target);
  const random = randomStream(77);
  return drawBallots({ votes, seed: 5 }).map((ballot, i) => {
    const rival = rivals[Math.floor(random() * rivals.length)]?.name ?? "";
    const isLeft = random() < 0.5;
    return {
      ...ballot,
      voter: `shill-${i % sessions}`,
      address: `shill-address-${i % addresses}`,
      models: isLeft ? [target, rival] : [rival, target],
      winner: isLeft ? "model_a" : "model_b",
      prompts: [`Who are you? ${i % 5}`],
    };
  });
}

describe("a campaign of 500 votes from 20 sessions among 5 000", () => {
  const off = { drop_anomalous: false, dedup: false, daily_cap: null };
  const places = (rows: readonly LeaderboardRow[]) =>
    new Map(
      rows
        .toSorted((one, other) => (other.rating ?? 0) - (one.rating ?? 0))
        .map(({ model }, place) => [model, place]),
    );
  const moves = (before: readonly LeaderboardRow[], after: readonly LeaderboardRow[]) => {
    const [then, now] = [places(before), places(after)];
    return Math.max(...[...then].map(([model, at]) => Math.abs(at - (now.get(model) ?? 0))));
  };

  test.for([
    ["juniper-1b", 5],
    ["fjord-8b", 5],
    ["borealis-32b", 2],
  ] as const)(
    "moves no model by more than one place for %s, and by %i without defences",
    async ([target, undefended]) => {
      const honest = drawBallots({ votes: 5000, seed: 3 });
      const shills = campaign(target, 500, 20, 20);
      const step = honest.length / shills.length;
      const [clean, attacked] = [newStore(), newStore()];
      for (const [i, ballot] of honest.entries()) {
        castVote(clean, ballot);
        castVote(attacked, ballot);
        const shill = shills[i / step];
        if (shill) castVote(attacked, { ...shill, at: ballot.at });
      }
      const before = (await boardOf(boxOf(clean))).models;
      const after = (await boardOf(boxOf(attacked))).models;
      const open = (await boardOf(boxOf(attacked, off), off)).models;
      const box = boxOf(attacked);
      const held = box.ballots.votes.filter((vote) => box.log.holdOf(vote) !== null);
      expect(held.filter(({ voter }) => !voter.startsWith("shill-"))).toEqual([]);
      expect(moves(before, after)).toBeLessThanOrEqual(1);
      expect(moves(before, open)).toBeGreaterThanOrEqual(undefended);
    },
  );
});
