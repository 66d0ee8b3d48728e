/**
 * @file The votes that are on the board: those of the log that are old enough, and of these the ones
 * that count. It follows the log; a vote, a verdict or the passing of the delay makes a new state.
 */
import { ArenaBattles, arenaFeatures, type CastVote } from "../../battles/arena-battles.ts";
import { releasedRecord } from "../../battles/arena-texts.ts";
import type { ArenaConfig } from "../../protocol/arena-config.ts";
import { BattleLog } from "../../rating/battle-log.ts";
import type { Battles } from "../../rating/battles.ts";
import type { ArenaStore } from "../../store/arena-store.ts";
import { RunningDigest } from "./running-digest.ts";

export type BoardSettings = ArenaConfig["board"];

/** One state of the board's votes; it does not change. */
export type Ballots = {
  /** Of the votes and verdicts that made it; another state has another one. */
  version: string;
  /** When it came about, Unix time, ms. */
  madeAt: number;
  /** Published, in the order of the log; some of them may be held back. */
  votes: readonly CastVote[];
  /** Those that count. */
  battles: Battles;
  /** How many are held back. */
  held: number;
};

export class BallotBox {
  readonly #log: ArenaBattles;
  readonly #settings: BoardSettings;
  readonly #now: () => number;
  readonly #digest = new RunningDigest();
  #ballots: Ballots | undefined;

  /** @param now Unix time, ms. */
  constructor(store: ArenaStore, settings: BoardSettings, now: () => number = Date.now) {
    this.#log = new ArenaBattles(store, { dropAnomalous: settings.drop_anomalous });
    this.#settings = settings;
    this.#now = now;
  }

  /** The log as battles, read to its end. */
  get log(): ArenaBattles {
    this.#log.follow();
    return this.#log;
  }

  /** The state as of now. */
  get ballots(): Ballots {
    const position = this.#log.follow();
    const votes = this.#published();
    const version = `${position}.${votes.length}`;
    if (this.#ballots?.version !== version) {
      const { battles, held } = this.#counted(votes);
      this.#ballots = { version, madeAt: this.#now(), votes, battles, held };
    }
    return this.#ballots;
  }

  isPublished({ at }: CastVote): boolean {
    const { delay_seconds: delay } = this.#settings;
    return delay === 0 || at <= this.#now() - delay * 1000;
  }

  /** Lines of the released file: every published vote, those that do not count marked. */
  lines({ votes }: Ballots): string[] {
    return votes.map((vote) => this.#lineOf(vote));
  }

  /** `sha256:` of that file. */
  dataHash({ votes }: Ballots): string {
    const holdOf = (vote: CastVote) => this.#log.holdOf(vote);
    return `sha256:${this.#digest.of(votes, holdOf, (vote) => this.#lineOf(vote))}`;
  }

  #lineOf(vote: CastVote): string {
    return `${JSON.stringify(releasedRecord(this.#log, vote))}\n`;
  }

  #published(): readonly CastVote[] {
    const { votes } = this.#log;
    return this.#settings.delay_seconds === 0
      ? votes.slice()
      : votes.filter((vote) => this.isPublished(vote));
  }

  #counted(votes: readonly CastVote[]): { battles: Battles; held: number } {
    const log = new BattleLog(arenaFeatures);
    for (const vote of votes) if (this.#log.holdOf(vote) === null) log.add(vote.rated);
    return { battles: log.finish(), held: votes.length - log.length };
  }
}
