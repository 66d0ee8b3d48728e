/** @file The explorer: battles that were fought, found by their facts. The address is its state. */

import { EmptyState, FailedState } from "../parts/states.tsx";
import { goTo, usePlace } from "../router.ts";
import { useWords } from "../words/words.ts";
import { BattleList } from "./battle-list.tsx";
import { ExploreFilters } from "./explore-filters.tsx";
import { ExploreSkeleton } from "./explore-skeleton.tsx";
import {
  type ExploreState,
  isNarrowed,
  plainState,
  readState,
  toAddress,
} from "./explore-state.ts";
import { MoreBattles } from "./more-battles.tsx";
import { type BattlePages, useBattles } from "./use-battles.ts";
import "./explore.css";

export function ExploreView() {
  const words = useWords().explore;
  const state = readState(usePlace().query);
  const battles = useBattles(state);
  const change = (part: Partial<ExploreState>) =>
    goTo(toAddress({ ...state, ...part }), { replace: true });
  return (
    <div class="explore" aria-busy={battles.loading}>
      <header class="explore-header">
        <h1>{words.title}</h1>
        <p>{words.intro}</p>
      </header>
      <ExploreFilters state={state} onChange={change} />
      <Found battles={battles} narrowed={isNarrowed(state)} onClear={() => change(plainState)} />
    </div>
  );
}

type FoundProps = { battles: BattlePages; narrowed: boolean; onClear: () => void };

function Found({ battles, narrowed, onClear }: FoundProps) {
  const words = useWords().explore;
  const { list, error, reload } = battles;
  if (list === null && error) {
    return <FailedState title={words.failed} error={error} onRetry={reload} />;
  }
  if (list === null) return <ExploreSkeleton />;
  if (list.length === 0 && narrowed) {
    const { title, action } = words.nothing;
    return <EmptyState title={title} action={{ label: action, onClick: onClear }} />;
  }
  if (list.length === 0) return <EmptyState {...words.empty} />;
  return (
    <>
      <BattleList battles={list} />
      <MoreBattles battles={battles} />
    </>
  );
}
