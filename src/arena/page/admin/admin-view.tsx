/** @file The administrator's view: what happens, what is doubtful, and which models take part. */
import { useState } from "preact/hooks";
import type { SessionView } from "../../../protocol/arena.ts";
import { CallFailed, post } from "../api.ts";
import { usePlace } from "../router.ts";
import { useWords } from "../words/words.ts";
import { ActivityTab } from "./activity-tab.tsx";
import { AdminTabs, tabOf } from "./admin-tabs.tsx";
import { ExportTab } from "./export-tab.tsx";
import { LoginForm } from "./login-form.tsx";
import { ModelsTab } from "./models-tab.tsx";
import { QuarantineTab } from "./quarantine-tab.tsx";
import { ReportsTab } from "./reports-tab.tsx";
import "./admin.css";

/** `onSession`: the session has changed, and is to be asked for again. */
type AdminProps = { session: SessionView; onSession: () => void };

const tabs = {
  activity: ActivityTab,
  quarantine: QuarantineTab,
  reports: ReportsTab,
  models: ModelsTab,
  export: ExportTab,
};

export function AdminView({ session, onSession }: AdminProps) {
  const words = useWords().admin;
  const tab = tabOf(usePlace().query);
  if (!session.admin) {
    return (
      <div class="admin">
        <h1>{words.title}</h1>
        <LoginForm onSession={onSession} />
      </div>
    );
  }
  const Tab = tabs[tab];
  return (
    <div class="admin">
      <header class="admin-header">
        <h1>{words.title}</h1>
        <LogoutButton onSession={onSession} />
      </header>
      <AdminTabs current={tab} />
      <Tab onSession={onSession} />
    </div>
  );
}

function LogoutButton({ onSession }: Pick<AdminProps, "onSession">) {
  const words = useWords().admin;
  const [failure, setFailure] = useState("");
  const logOut = () =>
    post("/api/admin/logout").then(onSession, (error: Error) =>
      // Who is no longer let in is logged out already.
      error instanceof CallFailed && error.status === 401
        ? onSession()
        : setFailure(words.actionFailed(error.message)),
    );
  return (
    <div class="admin-logout">
      <span role="status">{failure}</span>
      <button type="button" class="chip" onClick={logOut}>
        {words.logout}
      </button>
    </div>
  );
}
