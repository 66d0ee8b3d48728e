/** @file The leaderboard as files. */
import { useWords } from "../words/words.ts";

/** @param query What the server is asked, with its question mark. */
export function BoardDownloads({ query }: { query: string }) {
  const { label, csv, json } = useWords().board.download;
  return (
    <p class="board-downloads">
      <span>{label}</span>
      <a class="chip" href={`/api/leaderboard.csv${query}`} download="leaderboard.csv">
        {csv}
      </a>
      <a class="chip" href={`/api/leaderboard${query}`} download="leaderboard.json">
        {json}
      </a>
    </p>
  );
}
