/** @file The terms, before the first message, and what may be done with what is written. */
import { useState } from "preact/hooks";
import type { Consent, SessionView } from "../../../protocol/arena.ts";
import { post } from "../api.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useWords } from "../words/words.ts";

type ConsentProps = { terms: SessionView["terms"]; onDone: (agreed: boolean) => void };

export function ConsentDialog({ terms, onDone }: ConsentProps) {
  const words = useWords().shell.consent;
  const [research, setResearch] = useState(true);
  const [problem, setProblem] = useState("");
  const agree = () => {
    const consent: Consent = { version: terms.version, research };
    post("/api/consent", consent).then(
      () => onDone(true),
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <Dialog title={words.title} onClose={() => onDone(false)}>
      <Markdown text={terms.text} />
      <label class="check">
        <input
          type="checkbox"
          checked={research}
          onChange={({ currentTarget }) => setResearch(currentTarget.checked)}
        />
        <span>{words.research}</span>
      </label>
      {problem && <p role="alert">{problem}</p>}
      <div class="dialog-actions">
        <button type="button" class="chip" onClick={() => onDone(false)}>
          {words.refuse}
        </button>
        <button type="button" class="chip primary" onClick={agree}>
          {words.agree}
        </button>
      </div>
    </Dialog>
  );
}
