/** @file Battles in a list: what was asked, who answered, who won. */
import type { BattleSummary } from "../../../protocol/arena.ts";
import { useFormat } from "../board/format.ts";
import { followLink } from "../router.ts";
import { useWords } from "../words/words.ts";
import { Rivals } from "./rivals.tsx";

export function BattleList({ battles }: { battles: readonly BattleSummary[] }) {
  const words = useWords().explore;
  return (
    <ol class="past-list" aria-label={words.list}>
      {battles.map((battle) => (
        <li key={battle.id}>
          <BattleCard battle={battle} />
        </li>
      ))}
    </ol>
  );
}

function BattleCard({ battle }: { battle: BattleSummary }) {
  return (
    <article class="past-card">
      <h2 dir="auto">
        <a href={`/explore/${encodeURIComponent(battle.id)}`} onClick={followLink}>
          {battle.prompt}
        </a>
      </h2>
      <Rivals battle={battle} />
      <BattleFacts battle={battle} />
    </article>
  );
}

export function BattleFacts({ battle }: { battle: BattleSummary }) {
  const words = useWords();
  const format = useFormat();
  const { language, tags, turns, at } = battle;
  return (
    <p class="past-facts">
      <time dateTime={new Date(at).toISOString()}>{format.time(at)}</time>
      {turns > 1 && <span>{words.explore.turns(format.number(turns), turns)}</span>}
      {language && <span>{words.board.languages[language] ?? language}</span>}
      {tags.map((tag) => (
        <span key={tag} class="fact-badge">
          {words.explore.tags[tag] ?? words.board.categories[tag] ?? tag.replaceAll("_", " ")}
        </span>
      ))}
    </p>
  );
}
