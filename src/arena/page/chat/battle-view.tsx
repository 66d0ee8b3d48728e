/** @file The battle: one message, two answers without names, one vote, and then who they were. */
import { useEffect, useRef } from "preact/hooks";
import type { ChatView, NotReady, Reveal, SideView, Standing } from "../../../protocol/arena.ts";
import { EmptyState } from "../board/states.tsx";
import { announce } from "../parts/live-region.tsx";
import { useKeys } from "../parts/use-keys.ts";
import { goTo, usePlace } from "../router.ts";
import { useShell } from "../shell/session.ts";
import { useWords } from "../words/words.ts";
import { ChatTools } from "./chat-tools.tsx";
import { useCommands } from "./commands.ts";
import { Composer } from "./composer.tsx";
import { Conversation } from "./conversation.tsx";
import { LinkNote, Problem } from "./notes.tsx";
import { useChat } from "./use-chat.ts";
import { useFollowEnd } from "./use-follow-end.ts";
import { VoteBar } from "./vote-bar.tsx";
import "./chat.css";

export function BattleView() {
  const { chat: words, shell } = useWords();
  const title = shell.battle;
  const { session, reload } = useShell();
  const id = usePlace().query.get("chat");
  const live = useChat(id);
  const commands = useCommands(live);
  const { chat } = live;
  const newRound = () => goTo("/");
  useFollowEnd(chat, chat?.answering ?? false);
  useVoteNews(chat, (text) => {
    announce(text);
    reload(); // no battle waits for its vote any more
  });
  useKeys({
    n: newRound,
    r: () => chat?.can.regenerate && commands.regenerate(),
    Escape: () => chat?.can.stop && commands.stop(),
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
    <div class="chat-view">
      <h1 class="unseen">{title}</h1>
      <div class="chat-scroll">
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
      </div>
      <div class="chat-dock">
        <Problem text={commands.problem} onClose={commands.dismiss} />
        {chat && !chat.reveal && <VoteBar chat={chat} commands={commands} />}
        {chat?.reveal && <VoteResult reveal={chat.reveal} />}
        <Composer
          placeholder={!chat ? placeholder : chat.reveal ? next : follow}
          canSend={chat ? chat.can.send || chat.reveal !== null : session.not_ready === null}
          canSee={session.vision}
          answering={chat?.answering ?? false}
          onSend={send}
          onStop={commands.stop}
        />
        {chat && (
          <ChatTools chat={chat} commands={commands} newLabel={words.newRound} onNew={newRound} />
        )}
      </div>
    </div>
  );
}

function Begin({ onExample }: { onExample: (text: string) => void }) {
  const words = useWords().chat;
  const { session } = useShell();
  if (session.not_ready !== null) return <NotReadyNote why={session.not_ready} />;
  return (
    <div class="begin">
      <p class="begin-lead">{words.battle.title}</p>
      <p class="quiet">{words.battle.text}</p>
      {session.open_battle && (
        <p class="begin-open">
          {words.open}{" "}
          <button type="button" class="chip" onClick={() => goTo(`/?chat=${session.open_battle}`)}>
            {words.continueOpen}
          </button>
        </p>
      )}
      <h2 class="begin-title">{words.examples}</h2>
      <ul class="examples">
        {session.examples.map((text) => (
          <li key={text}>
            <button type="button" class="chip" onClick={() => onExample(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Revealed({ reveal, side }: { reveal: Reveal | null; side: SideView }) {
  const words = useWords().chat;
  const found = reveal?.models.find(({ seat }) => seat === side.seat);
  if (!found) return null;
  const { organisation, licence, link } = found.model;
  const facts = [organisation, licence].filter((fact) => fact !== null);
  return (
    <p class="revealed">
      {link && (
        <a href={link} target="_blank" rel="noopener noreferrer">
          {new URL(link).host}
        </a>
      )}
      {facts.length > 0 && <span>{facts.join(" · ")}</span>}
      <span>
        {found.standing ? standingIn(words.reveal, found.standing) : words.reveal.noScore}
      </span>
    </p>
  );
}

function standingIn(
  words: ReturnType<typeof useWords>["chat"]["reveal"],
  { rating, lower, upper, rank }: Standing,
): string {
  const number = new Intl.NumberFormat("fr", { maximumFractionDigits: 0 });
  const half = lower === null || upper === null ? null : (upper - lower) / 2;
  const score = `${number.format(rating ?? 0)}${half === null ? "" : ` ± ${number.format(half)}`}`;
  return rank === null ? score : `${score}, ${words.rank(String(rank))}`;
}

function VoteResult({ reveal: { winner, why } }: { reveal: Reveal }) {
  const words = useWords().chat;
  return (
    <p class="vote-result">
      {words.votedFor(words.votes[winner])}
      {why && `. ${words.notRated[why]}`}
    </p>
  );
}

function NotReadyNote({ why }: { why: NotReady }) {
  const { chat: words } = useWords();
  const { reload } = useShell();
  const { title, text, command } = words.notReady[why];
  return (
    <div class="begin">
      <EmptyState
        title={title}
        text={`${text} ${command}`}
        action={{ label: words.again, onClick: reload }}
      />
    </div>
  );
}

const winnerOf = (reveal: Reveal | null) =>
  reveal?.winner === "model_a" ? "a" : reveal?.winner === "model_b" ? "b" : null;

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
