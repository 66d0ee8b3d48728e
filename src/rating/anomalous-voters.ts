/**
 * @file Voters whose votes the other voters' votes do not explain: shills of one model, those who
 * always click the same side, those who vote against everybody. Finding one is a reason to look,
 * not a verdict.
 *
 * FastChat multiplies 1/(2p) over a voter's votes, p being how common such a vote is. For votes of 0
 * and 1 that is the odds of a coin against the crowd: with q the chance of a 1 its mean is
 * q/(2q) + (1−q)/(2(1−q)) = 1, if p is known. But FastChat estimates p from votes that include the
 * voter's own, bets on either half of the alphabet in turn, stops where it looks worst and forgets
 * how many voters it tries: of 39 honest ones in our golden set it bans 3.
 *
 * Here the history is the *other* voters' (odds-evidence.ts), two models and their seats at a time.
 * What a voter may be suspected of is spelt out, and the evidence is the mean over all suspicions,
 * not the worst of them: a mean of e-values is an e-value. It is taken over all votes, not at its
 * peak, since only so its mean for an honest voter is exactly 1, however short the histories. Then
 * 1/e is a p-value (Markov), and the rate of false findings holds although all share one history.
 *
 * An honest voter is one who votes as the others do: it takes a majority of them to tell who is not.
 *
 * Source: V. Vovk and R. Wang, "E-values: Calibration, Combination and Applications", 2021.
 */
import { type Tally, voterBallots } from "./ballots.ts";
import type { Battles } from "./battles.ts";
import { discoveries } from "./false-discovery.ts";
import { oddsEvidence } from "./odds-evidence.ts";
import { logBends, Suspicions } from "./suspicions.ts";

export type VoterTest = {
  judge: string;
  /** Those that named a winner; ties say nothing here. */
  votes: number;
  /** Evidence; its mean over honest voters is 1. */
  eValue: number;
  /** min(1, 1/e) */
  pValue: number;
  flagged: boolean;
};

export type VoterTestSettings = {
  /** The share of honest voters among the flagged, on average, at most. */
  falseDiscoveryRate?: number;
  /** Voters with fewer decided votes are not tested. */
  fewestVotes?: number;
  /**
   * Voters against whom nobody is held, since they may be many of a kind: they are tested, but the
   * history is without them. They should be few; whom the doubt hits by chance changes little.
   */
  doubted?: ReadonlySet<string>;
};

/** Tests every voter with enough votes; those with most evidence first. */
export function anomalousVoters(
  battles: Battles,
  { falseDiscoveryRate = 0.05, fewestVotes = 5, doubted }: VoterTestSettings = {},
): VoterTest[] {
  const found = weighVoters(battles, fewestVotes, doubted);
  const flags = discoveries(
    found.map(({ eValue }) => eValue),
    falseDiscoveryRate,
  );
  return found
    .map((one, i) => ({ ...one, pValue: Math.min(1, 1 / one.eValue), flagged: flags[i] === 1 }))
    .sort((one, other) => other.eValue - one.eValue || (one.judge < other.judge ? -1 : 1));
}

type Weighed = Pick<VoterTest, "judge" | "votes" | "eValue">;

function weighVoters(
  battles: Battles,
  fewestVotes: number,
  doubted?: ReadonlySet<string>,
): Weighed[] {
  const suspicions = new Suspicions(battles.models.length);
  const evidence = new Float64Array(logBends.length);
  const found: Weighed[] = [];
  for (const { judge, isCounted, votes, tallies } of voterBallots(battles, doubted)) {
    if (votes < fewestVotes) continue;
    for (const { a, b, own, all } of tallies) {
      const others = isCounted ? plus(all, own, -1) : all;
      oddsEvidence(own, others, logBends, evidence);
      suspicions.add(a, b, plus(others, own, 1), evidence);
    }
    found.push({ judge: battles.judges[judge], votes, eValue: suspicions.takeEValue() });
  }
  return found;
}

const plus = (one: Tally, other: Tally, sign: 1 | -1): Tally => ({
  wins: one.wins + sign * other.wins,
  votes: one.votes + sign * other.votes,
});
