/** @file Talk with one model; the conversations are kept in this browser. */
import { useEffect, useState } from "preact/hooks";
import type { ChatView, Opinion } from "../../../protocol/arena.ts";
import { Icon } from "../parts/icon.tsx";
import { EmptyState } from "../parts/states.tsx";
import { goTo, usePlace } from "../router.ts";
import { useShell } from "../shell/session.ts";
import { useWords } from "../words/words.ts";
import { ChatFrame } from "./chat-frame.tsx";
import { type Commands, useCommands } from "./commands.ts";
import { Conversation } from "./conversation.tsx";
import { dropChat, exportChats, type KeptChat, keepChat, keptChats } from "./kept-chats.ts";
import { noSettings, SettingsPanel, toRequest } from "./settings-panel.tsx";
import { useChat } from "./use-chat.ts";

export function DirectView() {
  const { chat: words, shell } = useWords();
  const { session } = useShell();
  const { query } = usePlace();
  const id = query.get("chat");
  const live = useChat(id);
  const commands = useCommands(live);
  const [settings, setSettings] = useState(noSettings);
  const [kept, setKept] = useState(keptChats);
  const { chat } = live;
  const offered = session.models.map(({ name }) => name);
  /** What this browser kept of a conversation that the server has no more. */
  const old = live.link === "gone" ? kept.find((one) => one.id === id) : undefined;
  const asked = query.get("model") ?? old?.model;
  const model = offered.find((name) => name === asked) ?? offered[0];
  const begin = () =>
    goTo(`/chat?${new URLSearchParams({ model: chat?.sides[0]?.model ?? model ?? "" })}`);
  useEffect(() => {
    if (chat && !chat.answering) setKept(keepChat(chat));
  }, [chat]);
  const send = async (text: string, images: string[]) => {
    if (chat) return commands.send({ text, images });
    if (!model) return false;
    const opened = await commands.open({
      ...{ mode: "direct", models: [model], text, images, history: old?.messages ?? [] },
      ...toRequest(settings),
    });
    if (opened) {
      if (old) setKept(dropChat(old.id));
      live.put(opened);
      goTo(`/chat?chat=${opened.id}`);
    }
    return opened !== undefined;
  };
  const current = chat?.sides[0]?.model ?? model;
  return (
    <ChatFrame
      title={shell.direct}
      quiet={chat !== null}
      {...{ chat, commands }}
      placeholder={words.prompt.placeholder}
      canSend={chat ? chat.can.send : model !== undefined}
      canSee={session.models.some(({ name, vision }) => name === current && vision)}
      onSend={send}
      newLabel={words.newChat}
      onNew={begin}
      bar={null}
    >
      {offered.length === 0 && <EmptyState title={words.notReady.no_models.title} />}
      {!chat && model && (
        <div class="begin">
          <p class="begin-lead">{words.direct.text}</p>
          <label class="field model-field">
            <span>{words.models.one}</span>
            <select
              value={model}
              onChange={({ currentTarget }) =>
                goTo(`/chat?${new URLSearchParams({ model: currentTarget.value })}`, {
                  replace: true,
                })
              }
            >
              {offered.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <SettingsPanel settings={settings} onChange={setSettings} />
          {old ? <OldMessages chat={old} /> : <KeptList kept={kept} onKept={setKept} />}
        </div>
      )}
      {chat && (
        <Conversation
          chat={chat}
          nameOf={(side) => side.model ?? ""}
          onRetry={commands.retry}
          actionsOf={() => <Thumbs chat={chat} commands={commands} />}
        />
      )}
    </ChatFrame>
  );
}

function Thumbs({ chat, commands }: { chat: ChatView; commands: Commands }) {
  const words = useWords().chat;
  if (chat.answering) return null;
  const thumbs = ["up", "down"] as const;
  return (
    <fieldset class="thumbs">
      <legend class="unseen">{words.opinion.label}</legend>
      {thumbs.map((thumb) => (
        <button
          key={thumb}
          type="button"
          class="icon-button"
          aria-label={words.opinion[thumb]}
          aria-pressed={chat.opinion === thumb}
          onClick={() => void commands.run("rate", { opinion: thumb } satisfies Opinion)}
        >
          <Icon name={thumb} />
        </button>
      ))}
    </fieldset>
  );
}

function OldMessages({ chat }: { chat: KeptChat }) {
  return (
    <div class="old-messages">
      {chat.messages.map(({ role, content }, i) => (
        <div key={i} class={`said ${role}`} dir="auto">
          <p>{content}</p>
        </div>
      ))}
    </div>
  );
}

type KeptProps = { kept: KeptChat[]; onKept: (kept: KeptChat[]) => void };

function KeptList({ kept, onKept }: KeptProps) {
  const words = useWords().chat.history;
  return (
    <section class="kept">
      <h2 class="begin-title">{words.title}</h2>
      {kept.length === 0 ? (
        <p class="quiet">{words.empty}</p>
      ) : (
        <>
          <ul>
            {kept.map((chat) => (
              <li key={chat.id}>
                <button
                  type="button"
                  class="kept-open"
                  dir="auto"
                  onClick={() => goTo(`/chat?chat=${chat.id}`)}
                >
                  {titleOf(chat)}
                  <span class="quiet">{chat.model}</span>
                </button>
                <button type="button" class="text-button" onClick={() => exportChats([chat])}>
                  {words.exportOne}
                </button>
                <button
                  type="button"
                  class="icon-button"
                  aria-label={words.remove(titleOf(chat))}
                  onClick={() => onKept(dropChat(chat.id))}
                >
                  <Icon name="trash" />
                </button>
              </li>
            ))}
          </ul>
          <button type="button" class="chip" onClick={() => exportChats(kept)}>
            {words.exportAll}
          </button>
        </>
      )}
    </section>
  );
}

const titleOf = ({ messages }: KeptChat) =>
  messages.find(({ role }) => role === "user")?.content.slice(0, 120) ?? "";
