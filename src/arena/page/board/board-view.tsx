/** @file The leaderboard: who stands where, and how sure that is. The address is its state. */
import type { BoardView as Answer } from "../../../protocol/arena.ts";
import { EmptyState, FailedState } from "../parts/states.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { goTo, usePlace } from "../router.ts";
import { useWords } from "../words/words.ts";
import { BoardFilters } from "./board-filters.tsx";
import { BoardHeader } from "./board-header.tsx";
import { BoardLists } from "./board-lists.tsx";
import { BoardNotes } from "./board-notes.tsx";
import { BoardSkeleton } from "./board-skeleton.tsx";
import { type BoardState, readState, toAddress, toServerQuery } from "./board-state.ts";
import { ChartsSection } from "./charts-section.tsx";
import "./board.css";

export function BoardView() {
  const words = useWords().board;
  const state = readState(usePlace().query);
  const query = toServerQuery(state);
  const answer = useAnswer<Answer>(`/api/leaderboard${query}`);
  const change = (part: Partial<BoardState>) =>
    goTo(toAddress({ ...state, ...part }), { replace: true });
  return (
    <div class="board" aria-busy={answer.loading}>
      <BoardHeader view={answer.data} query={query} />
      <BoardFilters state={state} view={answer.data} onChange={change} />
      {answer.error ? (
        <FailedState title={words.failed} error={answer.error} onRetry={answer.reload} />
      ) : answer.data ? (
        <BoardContent view={answer.data} state={state} query={query} onChange={change} />
      ) : (
        <BoardSkeleton />
      )}
    </div>
  );
}

type ContentProps = {
  view: Answer;
  state: BoardState;
  query: string;
  onChange: (part: Partial<BoardState>) => void;
};

function BoardContent({ view, state, query, onChange }: ContentProps) {
  const words = useWords().board;
  if (view.board.models.length === 0) {
    const { title, text, action } = words.empty;
    return <EmptyState title={title} text={text} action={{ label: action, href: "/" }} />;
  }
  return (
    <>
      <BoardLists view={view} state={state} onChange={onChange} />
      <BoardNotes board={view.board} command={view.command} />
      <ChartsSection query={query} />
    </>
  );
}
