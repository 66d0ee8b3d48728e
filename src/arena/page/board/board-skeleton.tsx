/** @file The leaderboard's place while it loads: rows of the height that they will have. */

import { Bone, LoadingState } from "../parts/states.tsx";
import { useWords } from "../words/words.ts";

export function BoardSkeleton() {
  return (
    <LoadingState label={useWords().board.loading}>
      <div class="board-bones">
        {Array.from({ length: 10 }, (_, row) => (
          <div key={row} class="board-bone">
            <Bone width="24px" />
            <Bone width="180px" />
            <Bone width="40%" />
            <Bone width="56px" />
          </div>
        ))}
      </div>
    </LoadingState>
  );
}
