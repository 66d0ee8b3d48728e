/** @file The battle: one message, two answers without names, one vote, and then who they were. */
import { useEffect, useRef } from "preact/hooks";
import type { ChatView } from "../../../protocol/arena.ts";
import { announce } from "../parts/live-region.tsx";
import { goTo, usePlace } from "../router.ts";
import { useShell } from "../shell/session.ts";
import { useWords } from "../words/words.ts";
import { Begin } from "./begin.tsx";
import { ChatFrame } from "./chat-frame.tsx";
import { useCommands } from "./commands.ts";
import { Conversation } from "./conversation.tsx";
import { LinkNote } from "./notes.tsx";
import { Revealed, VoteResult, winnerOf } from "./reveal.tsx";
import { useChat } from "./use-chat.ts";
import { VoteBar } from "./vote-bar.tsx";

export function BattleView() {
  const { chat: words, shell } = useWords();
  const { session, reload } = useShell();
  const id = usePlace().query.get("chat");
  const live = useChat(id);
  const commands = useCommands(live);
  const { chat } = live;
  const newRound = () => goTo("/");
  useVoteNews(chat, (text) => {
    announce(text);
    reload(); // no battle waits for its vote any more
  });
  const send = async (text: string, images: string[], preset = false) => {
    if (chat && !chat.reveal) return commands.send({ text, images });
    const continues = chat ? { continues: chat.id } : {};
    const opened = await commands.open({ mode: "battle", text, images, preset, ...continues });
    if (opened) {
      live.put(opened);
      goTo(`/?chat=${opened.id}`);
    }
    return opened !== undefined;
  };
  const { placeholder, next, follow } = words.prompt;
  return (
    <ChatFrame
      title={shell.battle}
      quiet
      {...{ chat, commands }}
      placeholder={!chat ? placeholder : chat.reveal ? next : follow}
      canSend={chat ? chat.can.send || chat.reveal !== null : session.not_ready === null}
      canSee={session.vision}
      onSend={send}
      newLabel={words.newRound}
      onNew={newRound}
      bar={
        chat?.reveal ? (
          <VoteResult reveal={chat.reveal} />
        ) : (
          chat && <VoteBar chat={chat} commands={commands} />
        )
      }
    >
      {id === null && <Begin onExample={(text) => void send(text, [], true)} />}
      <LinkNote link={live.link} onNew={newRound} />
      {chat && (
        <Conversation
          chat={chat}
          nameOf={(side) => side.model ?? words.assistant(side.seat.toUpperCase())}
          factsOf={(side) => <Revealed reveal={chat.reveal} side={side} />}
          winner={winnerOf(chat.reveal)}
          onRetry={commands.retry}
        />
      )}
    </ChatFrame>
  );
}

/** Once, when the vote of the battle that is looked at has been stored. */
function useVoteNews(chat: ChatView | null, tell: (text: string) => void): void {
  const words = useWords().chat;
  const before = useRef<{ id: string; voted: boolean } | null>(null);
  useEffect(() => {
    if (!chat) return;
    const was = before.current;
    before.current = { id: chat.id, voted: chat.reveal !== null };
    if (was?.id !== chat.id || was.voted || !chat.reveal) return;
    const names = chat.reveal.models.map(({ seat, model }) =>
      words.announce.isModel(words.assistant(seat.toUpperCase()), model.name),
    );
    tell(words.announce.voted(names.join(" ")));
  }, [chat, words, tell]);
}
