/** @file What stands where something is not there: it loads, it failed, there is no network, there is none. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { CallFailed } from "../api.ts";
import { followLink } from "../router.ts";
import { useWords } from "../words/words.ts";
import "./states.css";

/** The layout to come, in grey. */
export function LoadingState({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="state-loading">
      <p class="unseen" role="status">
        {label}
      </p>
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

export function Bone({ width, height = "16px" }: { width: string; height?: string }) {
  return <span class="bone" style={{ inlineSize: width, blockSize: height }} />;
}

type FailedProps = { title: string; error: Error; onRetry: () => void };

/** Tries again by itself as soon as the network is back. */
export function FailedState({ title, error, onRetry }: FailedProps) {
  const words = useWords().board.states;
  const unreachable = error instanceof CallFailed && error.status === 0;
  useEffect(() => {
    if (!unreachable) return;
    addEventListener("online", onRetry);
    return () => removeEventListener("online", onRetry);
  }, [unreachable, onRetry]);
  return (
    <div class="view-state" role="alert">
      <h2>{title}</h2>
      <p>{unreachable ? (navigator.onLine ? words.unreachable : words.offline) : error.message}</p>
      <button type="button" class="chip" onClick={onRetry}>
        {words.retry}
      </button>
    </div>
  );
}

type Action = { label: string } & ({ href: string } | { onClick: () => void });

export function EmptyState({
  title,
  text,
  action,
}: {
  title: string;
  text?: string;
  action?: Action;
}) {
  return (
    <div class="view-state">
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {action && <ActionOf action={action} />}
    </div>
  );
}

function ActionOf({ action }: { action: Action }) {
  return "href" in action ? (
    <a class="chip" href={action.href} onClick={followLink}>
      {action.label}
    </a>
  ) : (
    <button type="button" class="chip" onClick={action.onClick}>
      {action.label}
    </button>
  );
}
