/** @file The administrator's view: what happens, what is doubtful, and which models take part. */
import type { SessionView } from "../../../protocol/arena.ts";

export function AdminView({ session, onSession }: { session: SessionView; onSession: () => void }) {
  return (
    <button type="button" onClick={onSession}>
      {session.title}
    </button>
  );
}
