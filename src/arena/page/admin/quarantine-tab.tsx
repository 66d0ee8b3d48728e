/** @file The quarantine: battles whose vote waits for a person, and voters who look made up. */
import type { AdminQuarantine } from "../../../protocol/arena.ts";
import { useWords } from "../words/words.ts";
import type { Judge } from "./judge.ts";
import { QuarantineForm } from "./quarantine-form.tsx";
import { QuarantinedBattles } from "./quarantined-battles.tsx";
import { SuspectVoters } from "./suspect-voters.tsx";
import { TabState } from "./tab-state.tsx";
import { Told } from "./told.tsx";
import { useAction } from "./use-action.ts";
import { useAdminAnswer } from "./use-admin-answer.ts";

export function QuarantineTab({ onSession }: { onSession: () => void }) {
  const words = useWords().admin.quarantine;
  const answer = useAdminAnswer<AdminQuarantine>("/api/admin/quarantine", onSession);
  const action = useAction(answer.reload);
  const judge: Judge = (kind, id, verdict, reason) => {
    const done = verdict === "release" ? words.released : words.quarantined;
    const path = `/api/admin/${kind}/${encodeURIComponent(id)}`;
    void action.run(path, { action: verdict, reason }, done);
  };
  return (
    <TabState answer={answer}>
      {({ battles, voters }) => (
        <>
          <Told action={action} />
          <QuarantinedBattles battles={battles} judge={judge} />
          <QuarantineForm judge={judge} />
          <SuspectVoters voters={voters} judge={judge} />
        </>
      )}
    </TabState>
  );
}
