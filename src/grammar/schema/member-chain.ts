/**
 * @file Members in one order, some of which may be left out, with commas only between them.
 *
 * Built from the back, for each count of members that may stand in front: so the rules are as many
 * as members times what must be counted, and no more than twice the members where nothing must.
 */
import type { GrammarBuilder } from "../grammar-builder.ts";
import { comma } from "./json-rules.ts";

type MemberChain = {
  readonly members: readonly { readonly body: string; readonly required: boolean }[];
  /** The rule of a member that may follow them any number of times; it counts once for `min`. */
  readonly free: string | undefined;
  readonly min: number;
  readonly max: number;
};

/** Adds the rules; gives back the body that stands between the brackets. */
export function addMembers(builder: GrammarBuilder, chain: MemberChain): string {
  const { members } = chain;
  const counted = highestCount(chain);
  let tails = counts(counted).map((count) => endAfter(builder, chain, count, counted));
  for (const [index, member] of [...members.entries()].reverse()) {
    const after = tails;
    tails = counts(Math.min(counted, index)).map((count) => {
      const next = count < chain.max ? after[Math.min(count + 1, counted)] : undefined;
      const taken = next === undefined ? undefined : joined(separated(count, member.body), next);
      return member.required ? taken : either(builder, taken, after[count]);
    });
  }
  return tails[0] ?? "";
}

/** Beyond this count more members change nothing: 1 where only the commas must be known. */
export function highestCount({
  members,
  free,
  min,
  max,
}: Omit<MemberChain, "members"> & {
  readonly members: readonly { readonly required: boolean }[];
}): number {
  const required = members.filter((member) => member.required).length;
  const isBounded = free === undefined ? max < members.length : Number.isFinite(max);
  if (isBounded) return max;
  return Math.max(1, min <= required ? 1 : min);
}

/** What may follow the last member; undefined where there are too few. */
function endAfter(
  builder: GrammarBuilder,
  { free, min, max }: MemberChain,
  count: number,
  counted: number,
): string | undefined {
  const missing = counted < min ? 0 : Math.max(0, min - count);
  const left = max - count;
  if (missing > 1 || missing > left || (missing > 0 && free === undefined)) return undefined;
  if (free === undefined || left <= 0) return "";
  const more = (most: number) =>
    most === 0
      ? ""
      : `${builder.rule("next-member", `${comma} ${free}`)}{0,${Number.isFinite(most) ? most : ""}}`;
  const some = joined(separated(count, free), more(left - 1));
  return missing > 0 ? some : `(${some})?`;
}

function either(
  builder: GrammarBuilder,
  taken: string | undefined,
  left: string | undefined,
): string | undefined {
  if (taken === undefined) return left;
  return left === undefined ? taken : builder.rule("m", `${taken} | ${left || '""'}`);
}

function separated(count: number, body: string): string {
  return count > 0 ? `${comma} ${body}` : body;
}

/** By `+`: joining a list would copy a long tail once for each member in front of it. */
function joined(body: string, tail: string): string {
  return tail === "" ? body : `${body} ${tail}`;
}

function counts(highest: number): number[] {
  return Array.from({ length: highest + 1 }, (_, count) => count);
}
