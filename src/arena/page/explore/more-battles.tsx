/** @file The way to the next battles, below those that are there. */
import { useWords } from "../words/words.ts";
import type { BattlePages } from "./use-battles.ts";

export function MoreBattles({ battles }: { battles: BattlePages }) {
  const words = useWords().explore;
  const { hasMore, loading, loadMore, error, reload } = battles;
  return (
    <div class="more-battles" aria-live="polite">
      {error && <p>{words.moreFailed}</p>}
      {hasMore ? (
        // Not disabled while it loads: the focus would be lost.
        <button
          type="button"
          class="chip"
          aria-disabled={loading}
          onClick={() => !loading && (error ? reload() : loadMore())}
        >
          {loading ? words.moreLoading : words.more}
        </button>
      ) : (
        <p>{words.end}</p>
      )}
    </div>
  );
}
