/**
 * @file Voters who ask the same: one campaign with many sessions tends to send one list of prompts.
 * To ask what others ask is no fault; but such voters may be one, and are tested as one. How they
 * voted is not looked at here, so that the test of a bloc is as good as that of a voter.
 */

/** What one voter asked; a prompt is its hash, 0 where it is not known or was the page's own. */
export type Asked = { voter: string; prompt: number };

/** Fewer of a voter's votes on what others ask say nothing; nor does less than half of them. */
const fewestShared = 3;

/** Voter → the bloc it is part of, called by the first of its voters; others are not in it. */
export function promptBlocs(asked: readonly Asked[]): Map<string, string> {
  const shared = sharedPrompts(asked);
  const candidates = mostlySharing(asked, shared);
  const blocs = new Blocs();
  const firstOf = new Map<number, string>();
  for (const { voter, prompt } of asked) {
    if (!candidates.has(voter) || !shared.has(prompt)) continue;
    const first = firstOf.get(prompt) ?? voter;
    blocs.join(first, voter);
    firstOf.set(prompt, first);
  }
  return few(blocs.all(), new Set(asked.map(({ voter }) => voter)).size);
}

/** Voters joined two by two: a union-find, whose paths are shortened as they are walked. */
class Blocs {
  readonly #leaders = new Map<string, string>();

  join(one: string, other: string): void {
    const leader = this.#leaderOf(one);
    this.#leaders.set(this.#leaderOf(other), leader);
  }

  all(): Map<string, string> {
    return new Map([...this.#leaders.keys()].map((voter) => [voter, this.#leaderOf(voter)]));
  }

  #leaderOf(voter: string): string {
    let leader = voter;
    for (let above = this.#leaders.get(leader); above !== undefined && above !== leader; ) {
      leader = above;
      above = this.#leaders.get(leader);
    }
    for (let at = voter; at !== leader; ) {
      const above = this.#leaders.get(at) ?? leader;
      this.#leaders.set(at, leader);
      at = above;
    }
    return leader;
  }
}

/** Prompts that two voters or more have sent. */
function sharedPrompts(asked: readonly Asked[]): ReadonlySet<number> {
  const firstOf = new Map<number, string>();
  const shared = new Set<number>();
  for (const { voter, prompt } of asked) {
    if (prompt === 0) continue;
    const first = firstOf.get(prompt);
    if (first === undefined) firstOf.set(prompt, voter);
    else if (first !== voter) shared.add(prompt);
  }
  return shared;
}

function mostlySharing(asked: readonly Asked[], shared: ReadonlySet<number>): ReadonlySet<string> {
  const counts = new Map<string, { all: number; shared: number }>();
  for (const { voter, prompt } of asked) {
    const count = counts.get(voter) ?? { all: 0, shared: 0 };
    count.all++;
    if (shared.has(prompt)) count.shared++;
    counts.set(voter, count);
  }
  const isCandidate = ([, one]: [string, { all: number; shared: number }]) =>
    one.shared >= fewestShared && 2 * one.shared > one.all;
  return new Set([...counts].filter(isCandidate).map(([voter]) => voter));
}

/** A campaign is a few of all: where a quarter of the voters ask the same, it is what people ask. */
const largestShare = 0.25;

function few(blocOf: Map<string, string>, voters: number): Map<string, string> {
  const sizes = new Map<string, number>();
  for (const bloc of blocOf.values()) sizes.set(bloc, (sizes.get(bloc) ?? 0) + 1);
  return new Map(
    [...blocOf].filter(([, bloc]) => {
      const size = sizes.get(bloc) ?? 0;
      return size > 1 && size <= largestShare * voters;
    }),
  );
}
