/** @file The voters whose votes look as if nobody had judged the answers. */
import type { SuspectVoter } from "../../../protocol/arena.ts";
import { useFormat } from "../board/format.ts";
import { useWords } from "../words/words.ts";
import { DataTable } from "./data-table.tsx";
import type { Judge } from "./judge.ts";
import { JudgeButton } from "./judge-button.tsx";

type VotersProps = { voters: readonly SuspectVoter[]; judge: Judge };

export function SuspectVoters({ voters, judge }: VotersProps) {
  const words = useWords().admin.quarantine;
  const format = useFormat();
  if (voters.length === 0) {
    return (
      <section class="admin-part">
        <h2>{words.voters}</h2>
        <p class="quiet">{words.noVoters}</p>
      </section>
    );
  }
  return (
    <section class="admin-part">
      <DataTable
        caption={words.voters}
        rows={voters}
        keyOf={({ voter }) => voter}
        columns={[
          { title: words.voter, cell: ({ voter }) => <code>{voter}</code> },
          { title: words.votes, cell: ({ votes }) => format.number(votes) },
          {
            title: words.evalue,
            // Certainty has hundreds of digits.
            cell: ({ e_value: value }) =>
              value > 1e6
                ? words.beyond(format.number(1e6))
                : format.number(value, value < 100 ? 1 : 0),
          },
          { title: words.state, words: true, cell: (voter) => <VoterState voter={voter} /> },
          {
            title: words.action,
            cell: ({ voter, quarantined }) => (
              <JudgeButton
                action={quarantined ? "release" : "quarantine"}
                name={quarantined ? words.releaseVoter(voter) : words.quarantineVoter(voter)}
                onJudge={(reason) =>
                  judge("voters", voter, quarantined ? "release" : "quarantine", reason)
                }
              />
            ),
          },
        ]}
      />
      <p class="quiet">{words.votersText}</p>
    </section>
  );
}

function VoterState({ voter: { flagged, quarantined } }: { voter: SuspectVoter }) {
  const words = useWords().admin.quarantine;
  return (
    <span class="fact-badges">
      {flagged && <span class="fact-badge">{words.flagged}</span>}
      <span class="fact-badge">{quarantined ? words.apart : words.counted}</span>
    </span>
  );
}
