/** @file Tells the admin that something is wrong with an answer. */
import { useState } from "preact/hooks";
import type { ChatView, NewReport } from "../../../protocol/arena.ts";
import { post } from "../api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useWords } from "../words/words.ts";

type Reason = NewReport["reason"];

export function ReportDialog({ chat, onClose }: { chat: ChatView; onClose: () => void }) {
  const words = useWords().chat.reportDialog;
  const [reason, setReason] = useState<Reason>("wrong");
  const [comment, setComment] = useState("");
  const [state, setState] = useState<"idle" | "sent" | Error>("idle");
  const send = () => {
    const report: NewReport = { reason, comment };
    post(`/api/chats/${chat.id}/report`, report).then(() => setState("sent"), setState);
  };
  return (
    <Dialog title={words.title} onClose={onClose}>
      <label class="field">
        <span>{words.reason}</span>
        <select value={reason} onChange={(event) => setReason(event.currentTarget.value as Reason)}>
          {Object.entries(words.reasons).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{words.comment}</span>
        <textarea
          rows={3}
          maxLength={2000}
          value={comment}
          onInput={({ currentTarget }) => setComment(currentTarget.value)}
        />
      </label>
      <p role="status">{state === "sent" ? words.sent : state instanceof Error && state.message}</p>
      <div class="dialog-actions">
        <button type="button" class="chip primary" disabled={state === "sent"} onClick={send}>
          {words.send}
        </button>
      </div>
    </Dialog>
  );
}
