/** @file What the leaderboard shows, as the page's address says it: a link holds every filter. */

/** Columns a reader may sort by. */
const sortKeys = [
  "rank",
  "spread",
  "model",
  "score",
  "interval",
  "votes",
  "overall",
  "style",
  "input",
  "output",
  "context",
] as const;
export type SortKey = (typeof sortKeys)[number];
export type Sort = { key: SortKey; descending: boolean };

export type BoardState = {
  category: string;
  /** Empty: all of them. */
  language: string;
  style: boolean;
  /** Unix time, s; null: without a limit. */
  since: number | null;
  until: number | null;
  search: string;
  sort: Sort;
  openLicence: boolean;
  /** Votes. */
  minimum: number;
  retired: boolean;
  provisional: boolean;
};

export const plainState: BoardState = {
  category: "full",
  language: "",
  style: false,
  since: null,
  until: null,
  search: "",
  sort: { key: "rank", descending: false },
  openLicence: false,
  minimum: 0,
  retired: false,
  provisional: true,
};

export function readState(query: URLSearchParams): BoardState {
  return {
    category: query.get("category") || "full",
    language: query.get("language") ?? "",
    style: query.get("style") === "1",
    since: toNumber(query.get("since")),
    until: toNumber(query.get("until")),
    search: query.get("q") ?? "",
    sort: readSort(query.get("sort") ?? ""),
    openLicence: query.get("licence") === "open",
    minimum: toNumber(query.get("min")) ?? 0,
    retired: query.get("retired") === "1",
    provisional: query.get("provisional") !== "0",
  };
}

/** The page's own address; what is as usual is left out of it. */
export function toAddress(state: BoardState): string {
  const query = toServerParams(state);
  const { key, descending } = state.sort;
  if (state.search) query.set("q", state.search);
  if (key !== "rank" || descending) query.set("sort", (descending ? "-" : "") + key);
  if (state.openLicence) query.set("licence", "open");
  if (state.minimum > 0) query.set("min", `${state.minimum}`);
  if (state.retired) query.set("retired", "1");
  if (!state.provisional) query.set("provisional", "0");
  return `/leaderboard${toSearch(query)}`;
}

/** What the server needs to know: the rest is the page's own choice. With its question mark. */
export const toServerQuery = (state: BoardState): string => toSearch(toServerParams(state));

/** Whether these are other battles than those of the overall leaderboard. */
export const isSlice = ({ category, language, since, until }: BoardState) =>
  category !== "full" || language !== "" || since !== null || until !== null;

function toServerParams({ category, language, style, since, until }: BoardState): URLSearchParams {
  const query = new URLSearchParams();
  if (category !== "full") query.set("category", category);
  if (language) query.set("language", language);
  if (style) query.set("style", "1");
  if (since !== null) query.set("since", `${since}`);
  if (until !== null) query.set("until", `${until}`);
  return query;
}

const toSearch = (query: URLSearchParams) => (query.size > 0 ? `?${query}` : "");

function toNumber(text: string | null): number | null {
  const value = Number(text || Number.NaN);
  return Number.isFinite(value) ? value : null;
}

function readSort(text: string): Sort {
  const descending = text.startsWith("-");
  const name = descending ? text.slice(1) : text;
  const key = sortKeys.find((one) => one === name);
  return key ? { key, descending } : plainState.sort;
}
