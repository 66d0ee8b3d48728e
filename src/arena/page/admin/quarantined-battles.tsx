/** @file The battles whose votes do not rate for now. */
import type { QuarantinedBattle } from "../../../protocol/arena.ts";
import { useFormat } from "../board/format.ts";
import { followLink } from "../router.ts";
import { useWords } from "../words/words.ts";
import { DataTable } from "./data-table.tsx";
import type { Judge } from "./judge.ts";
import { JudgeButton } from "./judge-button.tsx";

type BattlesProps = { battles: readonly QuarantinedBattle[]; judge: Judge };

export function QuarantinedBattles({ battles, judge }: BattlesProps) {
  const words = useWords();
  const format = useFormat();
  const said = words.admin.quarantine;
  return (
    <section class="admin-part">
      {battles.length === 0 ? (
        <>
          <h2>{said.battles}</h2>
          <p class="quiet">{said.noBattles}</p>
        </>
      ) : (
        <>
          <DataTable
            caption={said.battles}
            rows={battles}
            keyOf={({ id }) => id}
            columns={[
              { title: said.battle, cell: (battle) => <BattleName battle={battle} /> },
              {
                title: said.reason,
                words: true,
                cell: ({ reason }) => said.holds[reason] ?? reason,
              },
              { title: said.voter, words: true, cell: ({ voter }) => <code>{voter}</code> },
              { title: said.when, words: true, cell: ({ at }) => <time>{format.time(at)}</time> },
              {
                title: said.action,
                cell: ({ id }) => (
                  <JudgeButton
                    action="release"
                    name={said.releaseBattle(id)}
                    onJudge={(reason) => judge("battles", id, "release", reason)}
                  />
                ),
              },
            ]}
          />
          <p class="quiet">{said.battlesText}</p>
        </>
      )}
    </section>
  );
}

function BattleName({ battle: { id, prompt, model_a, model_b } }: { battle: QuarantinedBattle }) {
  const { against } = useWords().explore;
  return (
    <>
      <a class="row-prompt" href={`/explore/${encodeURIComponent(id)}`} onClick={followLink}>
        {prompt}
      </a>
      <span class="row-note">
        {model_a} {against} {model_b} · {id}
      </span>
    </>
  );
}
