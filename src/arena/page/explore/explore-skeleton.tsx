/** @file The battles' place while they load. */
import { Bone, LoadingState } from "../parts/states.tsx";
import { useWords } from "../words/words.ts";

export function ExploreSkeleton() {
  return (
    <LoadingState label={useWords().explore.loading}>
      <div class="past-list">
        {Array.from({ length: 6 }, (_, row) => (
          <div key={row} class="past-card">
            <Bone width="70%" height="20px" />
            <Bone width="45%" />
            <Bone width="30%" />
          </div>
        ))}
      </div>
    </LoadingState>
  );
}
