/** @file Who met whom, each in the colour of its side, and what the vote said. */
import type { BattleSummary } from "../../../protocol/arena.ts";
import { useWords } from "../words/words.ts";

export function Rivals({ battle }: { battle: BattleSummary }) {
  const words = useWords().explore;
  const { model_a, model_b, winner } = battle;
  return (
    <p class="past-rivals">
      <Rival side="a" model={model_a} won={winner === "model_a"} />
      <span class="quiet">{words.against}</span>
      <Rival side="b" model={model_b} won={winner === "model_b"} />
      {winner === "tie" && <span class="past-outcome">{words.tie}</span>}
      {winner === "both_bad" && <span class="past-outcome">{words.bothBad}</span>}
    </p>
  );
}

type RivalProps = { side: "a" | "b"; model: string; won: boolean };

function Rival({ side, model, won }: RivalProps) {
  const words = useWords().explore;
  return (
    <span class={won ? `past-rival past-side-${side} past-won` : `past-rival past-side-${side}`}>
      <bdi>{model}</bdi>
      {won && <span class="past-outcome">{words.winner}</span>}
    </span>
  );
}
