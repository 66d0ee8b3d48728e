/** @file After the vote: who they were, how they stand, and whether the vote counts. */
import type { Reveal, SideView, Standing } from "../../../protocol/arena.ts";
import { useWords } from "../words/words.ts";

export function Revealed({ reveal, side }: { reveal: Reveal | null; side: SideView }) {
  const words = useWords().chat;
  const found = reveal?.models.find(({ seat }) => seat === side.seat);
  if (!found) return null;
  const { organisation, licence, link } = found.model;
  const facts = [organisation, licence].filter((fact) => fact !== null);
  return (
    <p class="revealed">
      {link && (
        <a href={link} target="_blank" rel="noopener noreferrer">
          {new URL(link).host}
        </a>
      )}
      {facts.length > 0 && <span>{facts.join(" · ")}</span>}
      <span>
        {found.standing ? standingIn(words.reveal, found.standing) : words.reveal.noScore}
      </span>
    </p>
  );
}

function standingIn(
  words: ReturnType<typeof useWords>["chat"]["reveal"],
  { rating, lower, upper, rank }: Standing,
): string {
  const number = new Intl.NumberFormat("fr", { maximumFractionDigits: 0 });
  const half = lower === null || upper === null ? null : (upper - lower) / 2;
  const score = `${number.format(rating ?? 0)}${half === null ? "" : ` ± ${number.format(half)}`}`;
  return rank === null ? score : `${score}, ${words.rank(String(rank))}`;
}

export function VoteResult({ reveal: { winner, why } }: { reveal: Reveal }) {
  const words = useWords().chat;
  return (
    <p class="vote-result">
      {words.votedFor(words.votes[winner])}
      {why && `. ${words.notRated[why]}`}
    </p>
  );
}

export const winnerOf = (reveal: Reveal | null) =>
  reveal?.winner === "model_a" ? "a" : reveal?.winner === "model_b" ? "b" : null;
