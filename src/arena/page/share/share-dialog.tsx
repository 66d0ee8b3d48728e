/** @file A link that others may read by, made on demand and taken back on demand; or a picture. */
import { useState } from "preact/hooks";
import type { ChatView } from "../../../protocol/arena.ts";
import { post, remove } from "../api.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { useWords } from "../words/words.ts";

export function ShareDialog({ chat, onClose }: { chat: ChatView; onClose: () => void }) {
  const { chat: all } = useWords();
  const words = all.shareDialog;
  const [share, setShare] = useState(chat.share);
  const [said, setSaid] = useState("");
  const link = share === null ? null : new URL(`/s/${share}`, location.origin).href;
  const fail = (error: Error) => setSaid(error.message);
  const create = () =>
    post<{ id: string }>(`/api/chats/${chat.id}/share`).then(({ id }) => setShare(id), fail);
  const revoke = () =>
    remove(`/api/shares/${share}`).then(() => {
      setShare(null);
      setSaid(words.revoked);
    }, fail);
  const savePicture = () =>
    import("./picture.ts").then(({ savePicture }) => savePicture(chat, all.assistant)).catch(fail);
  return (
    <Dialog title={words.title} onClose={onClose}>
      <p>{words.warning}</p>
      {link && (
        <label class="field">
          <span>{words.link}</span>
          <input readOnly value={link} onFocus={({ currentTarget }) => currentTarget.select()} />
        </label>
      )}
      <p role="status">{said}</p>
      <div class="dialog-actions">
        <button type="button" class="chip" onClick={savePicture}>
          {words.picture}
        </button>
        {link ? (
          <>
            <button type="button" class="chip danger" onClick={revoke}>
              {words.revoke}
            </button>
            <CopyButton text={link} name={words.link} />
          </>
        ) : (
          <button type="button" class="chip primary" onClick={create}>
            {words.make}
          </button>
        )}
      </div>
    </Dialog>
  );
}
