/** @file A part of the admin view while it loads, when it failed, and once it is there. */
import type { ComponentChildren } from "preact";
import { Bone, FailedState, LoadingState } from "../parts/states.tsx";
import type { Answer } from "../parts/use-answer.ts";
import { useWords } from "../words/words.ts";

type TabProps<T> = { answer: Answer<T>; children: (data: T) => ComponentChildren };

export function TabState<T>({ answer: { data, error, reload }, children }: TabProps<T>) {
  const words = useWords().admin;
  if (error) return <FailedState title={words.failed} error={error} onRetry={reload} />;
  return <>{data === null ? <TabSkeleton label={words.loading} /> : children(data)}</>;
}

function TabSkeleton({ label }: { label: string }) {
  return (
    <LoadingState label={label}>
      <div class="admin-bones">
        <Bone width="30%" height="20px" />
        {Array.from({ length: 6 }, (_, row) => (
          <Bone key={row} width="100%" height="28px" />
        ))}
      </div>
    </LoadingState>
  );
}
