/** @file What stands between the conversation and the box when something is not as it should be. */

import { Icon } from "../parts/icon.tsx";
import { EmptyState } from "../parts/states.tsx";
import { useWords } from "../words/words.ts";
import type { LiveChat } from "./use-chat.ts";

export function Problem({ text, onClose }: { text: string; onClose: () => void }) {
  const { close } = useWords().shell;
  if (text === "") return null;
  return (
    <div class="problem" role="alert">
      <p>{text}</p>
      <button type="button" class="icon-button" aria-label={close} onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}

export function LinkNote({ link, onNew }: { link: LiveChat["link"]; onNew: () => void }) {
  const words = useWords().chat;
  if (link === "open") return null;
  if (link === "gone")
    return (
      <EmptyState
        title={words.missing.title}
        text={words.missing.text}
        action={{ label: words.missing.action, onClick: onNew }}
      />
    );
  return (
    <p class="quiet" role="status">
      {words.reconnecting}
    </p>
  );
}
