/** @file The quiet row below the box: anew, again, share, report. */
import { useState } from "preact/hooks";
import type { ChatView } from "../../../protocol/arena.ts";
import { ShareDialog } from "../share/share-dialog.tsx";
import { useWords } from "../words/words.ts";
import type { Commands } from "./commands.ts";
import { ReportDialog } from "./report-dialog.tsx";

type ToolsProps = { chat: ChatView; commands: Commands; newLabel: string; onNew: () => void };

export function ChatTools({ chat, commands, newLabel, onNew }: ToolsProps) {
  const words = useWords().chat;
  const [open, setOpen] = useState<"share" | "report" | null>(null);
  const close = () => setOpen(null);
  return (
    <div class="chat-tools">
      <button type="button" class="text-button strong" onClick={onNew}>
        {newLabel}
      </button>
      <button
        type="button"
        class="text-button"
        disabled={!chat.can.regenerate}
        onClick={commands.regenerate}
      >
        {words.regenerate}
      </button>
      <button type="button" class="text-button" onClick={() => setOpen("share")}>
        {words.share}
      </button>
      <button type="button" class="text-button" onClick={() => setOpen("report")}>
        {words.report}
      </button>
      {open === "share" && <ShareDialog chat={chat} onClose={close} />}
      {open === "report" && <ReportDialog chat={chat} onClose={close} />}
    </div>
  );
}
