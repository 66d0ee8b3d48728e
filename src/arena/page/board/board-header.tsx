/** @file The leaderboard's name, how much it rests on, and since when it stands so. */
import type { BoardView } from "../../../protocol/arena.ts";
import { useWords } from "../words/words.ts";
import { BoardDownloads } from "./board-downloads.tsx";
import { useFormat } from "./format.ts";

export function BoardHeader({ view, query }: { view: BoardView | null; query: string }) {
  const words = useWords().board;
  return (
    <header class="board-header">
      <h1>{words.title}</h1>
      {view ? <Totals view={view} /> : <p class="board-totals">&nbsp;</p>}
      <BoardDownloads query={query} />
    </header>
  );
}

function Totals({ view: { board, updated_at } }: { view: BoardView }) {
  const words = useWords().board;
  const format = useFormat();
  const [models, votes] = [board.models.length, board.counts.battles];
  const facts = [
    words.models(format.number(models), models),
    words.votes(format.number(votes), votes),
    words.updated(format.time(updated_at)),
  ];
  return <p class="board-totals">{facts.join(" · ")}</p>;
}
