/** @file The battles found so far, page after page. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { BattlePage, BattleSummary } from "../../../protocol/arena.ts";
import { get } from "../api.ts";
import { type ExploreState, toRequest } from "./explore-state.ts";

export type BattlePages = {
  /** Null until the first page is there. */
  list: BattleSummary[] | null;
  loading: boolean;
  error: Error | null;
  /** There is more to load. */
  hasMore: boolean;
  loadMore: () => void;
  /** Asks once more for what failed. */
  reload: () => void;
};

type Pages = { list: BattleSummary[] | null; next: number | null };
const none: Pages = { list: null, next: null };

export function useBattles(state: ExploreState): BattlePages {
  const first = toRequest(state);
  const [pages, setPages] = useState<Pages>(none);
  const [error, setError] = useState<Error | null>(null);
  const [loading, setLoading] = useState(true);
  const request = useRef<AbortController | null>(null);

  const load = useCallback((path: string, before: Pages) => {
    request.current?.abort();
    const mine = new AbortController();
    request.current = mine;
    setLoading(true);
    setError(null);
    get<BattlePage>(path, mine.signal).then(
      ({ battles, next }) => {
        setPages({ list: [...(before.list ?? []), ...battles], next });
        setLoading(false);
      },
      (failure: Error) => {
        if (mine.signal.aborted) return;
        setError(failure);
        setLoading(false);
      },
    );
  }, []);

  useEffect(() => {
    setPages(none);
    // Searching while one types would ask for every letter.
    const timer = setTimeout(() => load(first, none), pauseMs);
    return () => {
      clearTimeout(timer);
      request.current?.abort();
    };
  }, [first, load]);

  const loadMore = () => load(toRequest(state, pages.next), pages);
  const reload = () => (pages.list === null ? load(first, none) : loadMore());
  return { ...pages, loading, error, hasMore: pages.next !== null, loadMore, reload };
}

const pauseMs = 150;
