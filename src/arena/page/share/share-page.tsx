/** @file A conversation that somebody shared, to be read. */
import type { ShareView } from "../../../protocol/arena.ts";
import { CallFailed } from "../api.ts";
import { AnswerCard } from "../chat/answer-card.tsx";
import { EmptyState, FailedState } from "../parts/states.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useWords } from "../words/words.ts";
import "../chat/chat.css";

export function SharePage({ id }: { id: string }) {
  const words = useWords().chat;
  const { data, error, reload } = useAnswer<ShareView>(`/api/shares/${encodeURIComponent(id)}`);
  if (error instanceof CallFailed && error.status === 404)
    return (
      <EmptyState
        title={words.shared.missing.title}
        text={words.shared.missing.text}
        action={{ label: words.shared.missing.action, href: "/" }}
      />
    );
  if (error) return <FailedState title={words.shared.failed} error={error} onRetry={reload} />;
  if (!data) return <p role="status">{words.shared.loading}</p>;
  return (
    <div class="conversation">
      <h1>{words.shared.title}</h1>
      {data.prompts.map((prompt, turn) => (
        <section key={turn} class="turn" aria-label={prompt.text.slice(0, 80)}>
          <div class="said user">
            {prompt.images.map((url, i) => (
              <img key={url} src={url} alt={words.prompt.image(i + 1)} />
            ))}
            <p dir="auto">{prompt.text}</p>
          </div>
          <div class={`answers sides-${data.answers.length}`}>
            {data.answers.map((answer) => (
              <div key={answer.seat} class="side shown">
                <SharedAnswer share={data} answer={answer} turn={turn} />
              </div>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

type SharedProps = { share: ShareView; answer: ShareView["answers"][number]; turn: number };

function SharedAnswer({ share, answer, turn }: SharedProps) {
  const words = useWords().chat;
  const isLast = turn === share.prompts.length - 1;
  const won = share.winner === (answer.seat === "a" ? "model_a" : "model_b");
  const text = answer.texts[turn] ?? "";
  const name = answer.model ?? words.assistant(answer.seat.toUpperCase());
  return (
    <AnswerCard
      seat={answer.seat}
      isWinner={isLast && won}
      onRetry={null}
      name={name}
      head={<h2>{name}</h2>}
      answer={{ status: "done", text, reasoning: "", error: null, speed: null }}
    />
  );
}
