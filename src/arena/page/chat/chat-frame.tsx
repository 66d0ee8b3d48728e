/** @file What the three ways to talk have in common: the conversation above, the docked box below. */
import type { ComponentChildren } from "preact";
import type { ChatView } from "../../../protocol/arena.ts";
import { useKeys } from "../parts/use-keys.ts";
import { ChatTools } from "./chat-tools.tsx";
import type { Commands } from "./commands.ts";
import { Composer } from "./composer.tsx";
import { Problem } from "./notes.tsx";
import { useFollowEnd } from "./use-follow-end.ts";
import "./chat.css";

type FrameProps = {
  title: string;
  /** The title is said, not shown. */
  quiet: boolean;
  chat: ChatView | null;
  commands: Commands;
  placeholder: string;
  canSend: boolean;
  canSee: boolean;
  onSend: (text: string, images: string[]) => Promise<boolean>;
  newLabel: string;
  onNew: () => void;
  /** Between the conversation and the box. */
  bar: ComponentChildren;
  children: ComponentChildren;
};

export function ChatFrame({ title, quiet, chat, commands, newLabel, onNew, ...props }: FrameProps) {
  const answering = chat?.answering ?? false;
  useFollowEnd(chat, answering);
  useKeys({
    n: onNew,
    r: () => chat?.can.regenerate && commands.regenerate(),
    Escape: () => chat?.can.stop && commands.stop(),
  });
  return (
    <div class="chat-view">
      <h1 class={quiet ? "unseen" : "chat-title"}>{title}</h1>
      <div class="chat-scroll">{props.children}</div>
      <div class="chat-dock">
        <Problem text={commands.problem} onClose={commands.dismiss} />
        {props.bar}
        <Composer
          placeholder={props.placeholder}
          canSend={props.canSend}
          canSee={props.canSee}
          answering={answering}
          onSend={props.onSend}
          onStop={commands.stop}
        />
        {chat && <ChatTools {...{ chat, commands, newLabel, onNew }} />}
      </div>
    </div>
  );
}
