/** @file What stands in a row of the leaderboard, in the table and on a card alike. */
import { useWords } from "../words/words.ts";
import type { BoardRow } from "./board-rows.ts";
import { useFormat } from "./format.ts";

/** The name, a way to read more, and who made it under which licence. */
export function ModelName({ row: { model, info } }: { row: BoardRow }) {
  const words = useWords().board;
  const maker = [info.organisation, info.licence].filter(Boolean).join(" · ");
  return (
    <span class="model-name">
      <span class="model-line">
        {info.link ? (
          <a href={info.link} target="_blank" rel="noreferrer">
            <bdi>{model}</bdi>
          </a>
        ) : (
          <bdi>{model}</bdi>
        )}
        {info.provisional && (
          <span class="fact-badge" title={words.provisionalHelp}>
            {words.provisional}
          </span>
        )}
        {info.retired && <span class="fact-badge">{words.retired}</span>}
      </span>
      {maker && <span class="model-maker">{maker}</span>}
    </span>
  );
}

/** Places gained or lost: a sign and an arrow first, a colour second. */
export function Places({ by }: { by: number | null }) {
  const words = useWords().board;
  const format = useFormat();
  if (by === null) return <span class="quiet">{words.unknown}</span>;
  const said = words.places(by, format.number(Math.abs(by)));
  if (by === 0) return <Said short="0" said={said} kind="quiet" />;
  const arrow = by > 0 ? "↑" : "↓";
  return (
    <Said short={`${arrow}\u00a0${format.signed(by)}`} said={said} kind={by > 0 ? "up" : "down"} />
  );
}

function Said({ short, said, kind }: { short: string; said: string; kind: string }) {
  return (
    <span class={`places ${kind}`} title={said}>
      <span aria-hidden="true">{short}</span>
      <span class="unseen">{said}</span>
    </span>
  );
}

export function Price({ dollars }: { dollars: number | null }) {
  const words = useWords().board;
  const format = useFormat();
  return <>{dollars === null ? words.unknown : format.price(dollars)}</>;
}

export function Context({ tokens }: { tokens: number | null }) {
  const words = useWords().board;
  const format = useFormat();
  return <>{tokens === null ? words.unknown : format.short(tokens)}</>;
}
