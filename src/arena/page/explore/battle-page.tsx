/** @file One battle of the explorer, whole: what was asked, both answers side by side, and who won. */
import type { BattleView, PromptView } from "../../../protocol/arena.ts";
import { CallFailed } from "../api.ts";
import { useFormat } from "../board/format.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { Bone, EmptyState, FailedState, LoadingState } from "../parts/states.tsx";
import { type Answer, useAnswer } from "../parts/use-answer.ts";
import { followLink } from "../router.ts";
import { useWords } from "../words/words.ts";
import { BattleFacts } from "./battle-list.tsx";
import { Rivals } from "./rivals.tsx";
import "./explore.css";

export function BattlePage({ id }: { id: string }) {
  const words = useWords().explore;
  const answer = useAnswer<BattleView>(`/api/battles/${encodeURIComponent(id)}`);
  return (
    <div class="explore" aria-busy={answer.loading}>
      <a class="back-link" href="/explore" onClick={followLink}>
        {words.back}
      </a>
      <Loaded answer={answer} />
    </div>
  );
}

function Loaded({ answer: { data, error, reload } }: { answer: Answer<BattleView> }) {
  const words = useWords().explore;
  if (error instanceof CallFailed && error.status === 404) {
    const action = { label: words.back, href: "/explore" };
    return <EmptyState {...words.missing} action={action} />;
  }
  if (error) return <FailedState title={words.failedOne} error={error} onRetry={reload} />;
  return data ? <WholeBattle battle={data} /> : <BattleSkeleton />;
}

function WholeBattle({ battle }: { battle: BattleView }) {
  return (
    <>
      <header class="explore-header">
        <h1 class="past-title" dir="auto">
          {battle.prompt}
        </h1>
        <Rivals battle={battle} />
        <BattleFacts battle={battle} />
      </header>
      {battle.prompts.map((prompt, turn) => (
        <BattleTurn key={turn} battle={battle} prompt={prompt} turn={turn} />
      ))}
    </>
  );
}

type TurnProps = { battle: BattleView; prompt: PromptView; turn: number };

function BattleTurn({ battle, prompt, turn }: TurnProps) {
  const words = useWords().explore;
  const format = useFormat();
  const several = battle.prompts.length > 1;
  return (
    <section class="past-turn">
      <h2>{several ? words.promptOf(format.number(turn + 1)) : words.prompt}</h2>
      <Prompt prompt={prompt} />
      <div class="past-answers">
        {battle.answers.map(({ model, seat, texts }) => (
          <section
            key={seat}
            class={`past-answer past-side-${seat}`}
            aria-label={words.answer(model)}
          >
            <AnswerHead model={model} won={battle.winner === `model_${seat}`} />
            {texts[turn] ? <Markdown text={texts[turn]} /> : <p class="quiet">{words.noAnswer}</p>}
          </section>
        ))}
      </div>
    </section>
  );
}

function AnswerHead({ model, won }: { model: string; won: boolean }) {
  const words = useWords().explore;
  return (
    <h3>
      <bdi>{model}</bdi>
      {won && <span class="past-outcome">{words.winner}</span>}
    </h3>
  );
}

function Prompt({ prompt: { text, images } }: { prompt: PromptView }) {
  const words = useWords().explore;
  const format = useFormat();
  return (
    <div class="past-prompt">
      <p dir="auto">{text}</p>
      {images.map((image, at) => (
        <img key={image} src={image} alt={words.image(format.number(at + 1))} />
      ))}
    </div>
  );
}

function BattleSkeleton() {
  return (
    <LoadingState label={useWords().explore.loading}>
      <Bone width="60%" height="28px" />
      <div class="past-answers past-bones">
        <Bone width="100%" height="320px" />
        <Bone width="100%" height="320px" />
      </div>
    </LoadingState>
  );
}
