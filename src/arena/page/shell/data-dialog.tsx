/** @file The terms again, and the way to have everything deleted. */
import { useState } from "preact/hooks";
import type { SessionView } from "../../../protocol/arena.ts";
import { remove } from "../api.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useWords } from "../words/words.ts";

type DataProps = { session: SessionView; onClose: () => void; onDeleted: () => void };

export function DataDialog({ session, onClose, onDeleted }: DataProps) {
  const words = useWords().shell.data;
  const [state, setState] = useState<"idle" | "asked" | "deleted" | Error>("idle");
  const erase = () =>
    remove("/api/session/data").then(() => {
      setState("deleted");
      onDeleted();
    }, setState);
  return (
    <Dialog title={words.title} onClose={onClose}>
      <Markdown text={session.terms.text} />
      <h3>{words.heading}</h3>
      <p>{words.text}</p>
      <p role="status">
        {state === "deleted" && words.done}
        {state instanceof Error && state.message}
      </p>
      <div class="dialog-actions">
        {state === "asked" ? (
          <button type="button" class="chip danger" onClick={erase}>
            {words.confirm}
          </button>
        ) : (
          <button
            type="button"
            class="chip"
            disabled={state === "deleted"}
            onClick={() => setState("asked")}
          >
            {words.remove}
          </button>
        )}
      </div>
    </Dialog>
  );
}
