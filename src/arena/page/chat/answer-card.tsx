/** @file One answer: its text, what became of it, and what can be done with it. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { AnswerView, Seat } from "../../../protocol/arena.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { Reasoning } from "../markdown/reasoning.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { useWords } from "../words/words.ts";

type CardProps = {
  seat: Seat;
  answer: AnswerView;
  /** What it is called, for those who listen. */
  name: string;
  /** Above the text: who it is, as far as it may be said. */
  head: ComponentChildren;
  /** Marks the answer that was voted for. */
  isWinner?: boolean;
  onRetry: (() => void) | null;
  children?: ComponentChildren;
};

export function AnswerCard({
  seat,
  answer,
  name,
  head,
  isWinner = false,
  onRetry,
  children,
}: CardProps) {
  const words = useWords().chat;
  const { status, text, reasoning, error, speed } = answer;
  const streaming = status === "waiting" || status === "streaming";
  return (
    <article
      class={`card seat-${seat}${isWinner ? " winner" : ""}`}
      aria-busy={streaming}
      data-status={status}
    >
      <header class="card-head">{head}</header>
      <div class="card-text" dir="auto">
        {reasoning && (
          <Reasoning
            label={words.reasoning}
            text={reasoning}
            streaming={streaming && text === ""}
            open={streaming && text === ""}
          />
        )}
        {text && <Markdown text={text} streaming={streaming} />}
        {status === "waiting" && <Waiting />}
        {status === "stopped" && <p class="quiet">{words.status.stopped}</p>}
        {status === "failed" && (
          <p class="card-problem" role="alert">
            {words.errors[error ?? "failed"]}
          </p>
        )}
      </div>
      <footer class="card-foot">
        {!streaming && text && <CopyButton text={text} name={words.copyOf(name)} />}
        {onRetry && (
          <button
            type="button"
            class="text-button"
            aria-label={words.retryOf(name)}
            onClick={onRetry}
          >
            {words.retry}
          </button>
        )}
        {children}
        {speed && (
          <span class="card-speed" title={words.speedHelp}>
            {words.speed(
              (speed.ttft_ms / 1000).toFixed(2),
              speed.tokens_per_second === null ? null : speed.tokens_per_second.toFixed(1),
            )}
          </span>
        )}
      </footer>
    </article>
  );
}

const slowSeconds = 10;

function Waiting() {
  const words = useWords().chat.status;
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div class="waiting">
      <span class="bone" />
      <span class="bone" />
      {seconds > 0 && (
        <p class="quiet">{(seconds < slowSeconds ? words.waiting : words.slow)(String(seconds))}</p>
      )}
    </div>
  );
}
