/** @file The page as a whole: who visits, which view is asked for, and what stands around it. */
import type { ComponentType } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SessionView } from "../../protocol/arena.ts";
import { BattleView } from "./chat/battle-view.tsx";
import { LiveRegion } from "./parts/live-region.tsx";
import { EmptyState, FailedState } from "./parts/states.tsx";
import { useAnswer } from "./parts/use-answer.ts";
import { useKeys } from "./parts/use-keys.ts";
import { goTo, usePlace } from "./router.ts";
import { ConsentDialog } from "./shell/consent-dialog.tsx";
import { DataDialog } from "./shell/data-dialog.tsx";
import { KeysDialog } from "./shell/keys-dialog.tsx";
import { applyLanguage } from "./shell/preferences.ts";
import { Rail } from "./shell/rail.tsx";
import { type Shell, ShellContext, useShell } from "./shell/session.ts";
import { type Language, useWords } from "./words/words.ts";

type AppProps = { language: Language; onLanguage: (language: Language) => void };

export function App({ language, onLanguage }: AppProps) {
  const words = useWords().shell;
  const { data: session, error, reload } = useAnswer<SessionView>("/api/session");
  useEffect(() => applyLanguage(language), [language]);
  useEffect(() => {
    // Models come and go; an API that was down may be there again.
    const timer = setInterval(reload, session?.not_ready ? 5000 : 60_000);
    return () => clearInterval(timer);
  }, [session?.not_ready, reload]);
  if (session) return <Frame {...{ session, reload, language, onLanguage }} />;
  return (
    <main class="view">
      {error ? (
        <FailedState title={words.failed} error={error} onRetry={reload} />
      ) : (
        <p role="status">{words.loading}</p>
      )}
    </main>
  );
}

type FrameProps = AppProps & { session: SessionView; reload: () => void };
type Open = "keys" | "data" | "consent" | null;

function Frame({ session, reload, language, onLanguage }: FrameProps) {
  const words = useWords().shell;
  const { path } = usePlace();
  const [open, setOpen] = useState<Open>(null);
  const answer = useRef<(agreed: boolean) => void>(() => {});
  const consented = useRef(session.consented);
  consented.current = session.consented;
  const consent = useCallback(() => {
    if (consented.current) return Promise.resolve(true);
    setOpen("consent");
    return new Promise<boolean>((resolve) => {
      answer.current = resolve;
    });
  }, []);
  const shell: Shell = useMemo(() => ({ session, reload, consent }), [session, reload, consent]);
  const decide = (agreed: boolean) => {
    setOpen(null);
    consented.current = agreed;
    if (agreed) reload();
    answer.current(agreed);
  };
  const close = () => setOpen(null);
  useKeys({ "?": () => setOpen("keys") });
  return (
    <ShellContext.Provider value={shell}>
      <a class="chip skip" href="#content">
        {words.skip}
      </a>
      <div class="frame">
        <Rail
          session={session}
          view={`/${path.split("/")[1]}`}
          {...{ language, onLanguage }}
          onKeys={() => setOpen("keys")}
          onData={() => setOpen("data")}
        />
        <main id="content" class="main" tabIndex={-1}>
          <OfflineNote />
          <View path={path} />
        </main>
      </div>
      <LiveRegion />
      {open === "consent" && <ConsentDialog terms={session.terms} onDone={decide} />}
      {open === "data" && <DataDialog session={session} onClose={close} onDeleted={reload} />}
      {open === "keys" && <KeysDialog onClose={close} />}
    </ShellContext.Provider>
  );
}

function OfflineNote() {
  const { offline } = useWords().shell;
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener("online", update);
    addEventListener("offline", update);
    return () => {
      removeEventListener("online", update);
      removeEventListener("offline", update);
    };
  }, []);
  return online ? null : (
    <p class="offline" role="status">
      {offline}
    </p>
  );
}

/** Everything but the battle is loaded when it is first asked for. */
const views = {
  side: () => import("./chat/side-by-side-view.tsx").then((it) => it.SideBySideView),
  direct: () => import("./chat/direct-view.tsx").then((it) => it.DirectView),
  board: () => import("./board/board-view.tsx").then((it) => it.BoardView),
  explore: () => import("./explore/explore-view.tsx").then((it) => it.ExploreView),
  battle: () => import("./explore/battle-page.tsx").then((it) => it.BattlePage),
  share: () => import("./share/share-page.tsx").then((it) => it.SharePage),
  admin: () => import("./admin/admin-view.tsx").then((it) => it.AdminView),
};

function View({ path }: { path: string }) {
  const words = useWords().shell;
  const { session, reload } = useShell();
  const [, first = "", id] = path.split("/");
  const titles: Record<string, string> = {
    "": words.battle,
    "side-by-side": words.sideBySide,
    chat: words.direct,
    leaderboard: words.leaderboard,
    explore: words.explore,
    admin: words.admin,
  };
  const title = titles[first];
  useEffect(() => {
    document.title = title ? `${title} · ${session.title}` : session.title;
  }, [title, session.title]);
  if (first === "" || first === "battle") return <BattleView />;
  if (first === "side-by-side") return <Lazy load={views.side} props={{}} />;
  if (first === "chat") return <Lazy load={views.direct} props={{}} />;
  if (first === "leaderboard") return <Padded load={views.board} props={{}} />;
  if (first === "explore" && id) return <Padded load={views.battle} props={{ id }} />;
  if (first === "explore") return <Padded load={views.explore} props={{}} />;
  if (first === "s" && id) return <Padded load={views.share} props={{ id }} />;
  if (first === "admin")
    return <Padded load={views.admin} props={{ session, onSession: reload }} />;
  return (
    <div class="view">
      <EmptyState
        title={words.notFound.title}
        text={words.notFound.text}
        action={{ label: words.notFound.action, href: "/" }}
      />
    </div>
  );
}

type LazyProps<P> = { load: () => Promise<ComponentType<P>>; props: P };

function Padded<P extends object>(lazy: LazyProps<P>) {
  return (
    <div class="view">
      <Lazy {...lazy} />
    </div>
  );
}

function Lazy<P extends object>({ load, props }: LazyProps<P>) {
  const words = useWords().shell;
  const [loaded, setLoaded] = useState<{ of: unknown; View: ComponentType<P> } | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const begin = useCallback(() => {
    setError(null);
    load().then((View) => setLoaded({ of: load, View }), setError);
  }, [load]);
  useEffect(begin, [begin]);
  if (error) return <FailedState title={words.viewFailed} error={error} onRetry={begin} />;
  if (loaded?.of !== load) return <p class="unseen">{words.loading}</p>;
  return <loaded.View {...props} />;
}

/** FastChat's own addresses lead where they always did. */
export function followOldAddress(): void {
  const query = new URLSearchParams(location.search);
  const model = query.get("model");
  const chosen = model ? `/chat?model=${encodeURIComponent(model)}` : null;
  if (location.pathname !== "/") return;
  if (query.has("compare")) goTo("/side-by-side", { replace: true });
  else if (query.has("direct") || chosen) goTo(chosen ?? "/chat", { replace: true });
  else if (query.has("leaderboard")) goTo("/leaderboard", { replace: true });
  else if (query.has("arena") || query.has("vision")) goTo("/", { replace: true });
}
