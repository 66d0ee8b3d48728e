/** @file What was said: each message, and below it the answers of all sides beside one another. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ChatView, Seat, SideView } from "../../../protocol/arena.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { announce } from "../parts/live-region.tsx";
import { useWords } from "../words/words.ts";
import { AnswerCard } from "./answer-card.tsx";

type ConversationProps = {
  chat: ChatView;
  nameOf: (side: SideView) => string;
  /** Beside the name, on the last answers. */
  factsOf?: (side: SideView) => ComponentChildren;
  winner?: Seat | null;
  onRetry: (seat: Seat) => void;
  /** Below the last answer of a side. */
  actionsOf?: (side: SideView) => ComponentChildren;
};

export function Conversation(props: ConversationProps) {
  const { chat } = props;
  const words = useWords().chat;
  const [shown, setShown] = useState<Seat>("a");
  useFinishedNews(props);
  return (
    <div class="conversation">
      {chat.history.length > 0 && (
        <details class="earlier">
          <summary>{words.earlier}</summary>
          {chat.history.map(({ role, content }, i) => (
            <div key={i} class={`said ${role}`} dir="auto">
              {role === "user" ? <p>{content}</p> : <Markdown text={content} />}
            </div>
          ))}
        </details>
      )}
      {chat.sides.length > 1 && (
        <SeatTabs sides={chat.sides} shown={shown} onShow={setShown} nameOf={props.nameOf} />
      )}
      {chat.prompts.map((prompt, turn) => (
        <section key={turn} class="turn" aria-label={prompt.text.slice(0, 80)}>
          <div class="said user">
            <span class="unseen">{words.you}</span>
            {prompt.images.map((url, i) => (
              <img key={url} src={url} alt={words.prompt.image(i + 1)} />
            ))}
            <p dir="auto">{prompt.text}</p>
          </div>
          <Answers {...props} turn={turn} shown={shown} onShow={setShown} />
        </section>
      ))}
    </div>
  );
}

type AnswersProps = ConversationProps & {
  turn: number;
  shown: Seat;
  onShow: (seat: Seat) => void;
};

function Answers({ chat, turn, shown, onShow, ...props }: AnswersProps) {
  const isLast = turn === chat.prompts.length - 1;
  const swipe = useSwipe(
    chat.sides.map(({ seat }) => seat),
    shown,
    onShow,
  );
  return (
    <div class={`answers sides-${chat.sides.length}`} {...swipe}>
      {chat.sides.map((side) => {
        const answer = side.answers[turn];
        if (!answer) return null;
        const canRetry = isLast && chat.can.retry.includes(side.seat);
        return (
          <div key={side.seat} class={side.seat === shown ? "side shown" : "side"}>
            <AnswerCard
              seat={side.seat}
              answer={answer}
              name={props.nameOf(side)}
              isWinner={isLast && props.winner === side.seat}
              onRetry={canRetry ? () => props.onRetry(side.seat) : null}
              head={
                <>
                  <h3>{props.nameOf(side)}</h3>
                  {isLast && props.factsOf?.(side)}
                </>
              }
            >
              {isLast && props.actionsOf?.(side)}
            </AnswerCard>
          </div>
        );
      })}
    </div>
  );
}

type TabsProps = {
  sides: SideView[];
  shown: Seat;
  onShow: (seat: Seat) => void;
  nameOf: (side: SideView) => string;
};

/** Only where the cards do not fit side by side. */
function SeatTabs({ sides, shown, onShow, nameOf }: TabsProps) {
  const words = useWords().chat;
  return (
    <fieldset class="seat-tabs">
      <legend class="unseen">{words.answers}</legend>
      {sides.map((side) => (
        <button
          key={side.seat}
          type="button"
          class={`seat-tab seat-${side.seat}`}
          aria-pressed={side.seat === shown}
          onClick={() => onShow(side.seat)}
        >
          {nameOf(side)}
        </button>
      ))}
    </fieldset>
  );
}

const swipePixels = 60;

function useSwipe(all: readonly Seat[], shown: Seat, onShow: (seat: Seat) => void) {
  const start = useRef<{ x: number; y: number } | null>(null);
  return {
    onTouchStart: ({ touches: [touch] }: TouchEvent) => {
      start.current = touch ? { x: touch.clientX, y: touch.clientY } : null;
    },
    onTouchEnd: ({ changedTouches: [touch] }: TouchEvent) => {
      if (!start.current || !touch) return;
      const [dx, dy] = [touch.clientX - start.current.x, touch.clientY - start.current.y];
      if (Math.abs(dx) < swipePixels || Math.abs(dx) < 2 * Math.abs(dy)) return;
      const next = all[all.indexOf(shown) + (dx < 0 ? 1 : -1)];
      if (next) onShow(next);
    },
  };
}

/** Says who has finished, once, to those who listen. */
function useFinishedNews({ chat, nameOf }: ConversationProps): void {
  const words = useWords().chat;
  const before = useRef(new Map<Seat, string>());
  const states = chat.sides.map((side) => [side, side.answers.at(-1)?.status ?? "done"] as const);
  const key = states.map(([, status]) => status).join();
  useEffect(() => {
    const news = states.flatMap(([side, status]) => {
      const was = before.current.get(side.seat);
      before.current.set(side.seat, status);
      if (was !== "streaming" && was !== "waiting") return [];
      if (status === "failed") return [words.announce.failed(nameOf(side))];
      return status === "done" ? [words.announce.done(nameOf(side))] : [];
    });
    if (news.length > 0) announce(news.join(". "));
  }, [key]);
}
