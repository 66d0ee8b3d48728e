/** @file What the explorer looks for, as the page's address says it. */
import type { Winner } from "../../../protocol/battle.ts";

export type ExploreState = {
  /** Empty: any. */
  model: string;
  rival: string;
  winner: Winner | "";
  category: string;
  language: string;
  text: string;
};

/** The page may import types only: the list of the contract's winners, once more. */
export const winners: readonly Winner[] = ["model_a", "model_b", "tie", "both_bad"];

export const plainState: ExploreState = {
  model: "",
  rival: "",
  winner: "",
  category: "",
  language: "",
  text: "",
};

export function readState(query: URLSearchParams): ExploreState {
  return {
    model: query.get("model") ?? "",
    rival: query.get("rival") ?? "",
    winner: winners.find((winner) => winner === query.get("winner")) ?? "",
    category: query.get("category") ?? "",
    language: query.get("language") ?? "",
    text: query.get("text") ?? "",
  };
}

export const toAddress = (state: ExploreState) => `/explore${toSearch(toParams(state))}`;

/** @param before Where the page to load begins; null: with the newest. */
export function toRequest(state: ExploreState, before: number | null = null): string {
  const query = toParams(state);
  if (before !== null) query.set("before", `${before}`);
  return `/api/battles${toSearch(query)}`;
}

export const isNarrowed = (state: ExploreState) => toParams(state).size > 0;

function toParams(state: ExploreState): URLSearchParams {
  return new URLSearchParams(Object.entries(state).filter(([, value]) => value !== ""));
}

const toSearch = (query: URLSearchParams) => (query.size > 0 ? `?${query}` : "");
