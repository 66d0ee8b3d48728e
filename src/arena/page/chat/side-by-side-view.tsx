/** @file Two to four models that one chooses, answering the same; an opinion, which is not rated. */
import { useState } from "preact/hooks";
import type { ChatView, Opinion } from "../../../protocol/arena.ts";
import { Icon } from "../parts/icon.tsx";
import { EmptyState } from "../parts/states.tsx";
import { goTo, usePlace } from "../router.ts";
import { useShell } from "../shell/session.ts";
import { useWords } from "../words/words.ts";
import { ChatFrame } from "./chat-frame.tsx";
import { type Commands, useCommands } from "./commands.ts";
import { Conversation } from "./conversation.tsx";
import { LinkNote } from "./notes.tsx";
import { noSettings, SettingsPanel, toRequest } from "./settings-panel.tsx";
import { useChat } from "./use-chat.ts";

const path = "/side-by-side";

export function SideBySideView() {
  const { chat: words, shell } = useWords();
  const { session } = useShell();
  const { query } = usePlace();
  const live = useChat(query.get("chat"));
  const commands = useCommands(live);
  const [settings, setSettings] = useState(noSettings);
  const { chat } = live;
  const offered = session.models.map(({ name }) => name);
  const chosen = chosenFrom(query.get("models"), offered);
  const choose = (models: string[]) =>
    goTo(`${path}?${new URLSearchParams({ models: models.join(",") })}`, { replace: true });
  const begin = () => choose(chat?.sides.map(({ model }) => model ?? "") ?? chosen);
  const send = async (text: string, images: string[]) => {
    if (chat) return commands.send({ text, images });
    const asked = { mode: "side_by_side" as const, models: chosen, text, images };
    const opened = await commands.open({ ...asked, ...toRequest(settings) });
    if (opened) {
      live.put(opened);
      goTo(`${path}?chat=${opened.id}`);
    }
    return opened !== undefined;
  };
  const canSee = session.models
    .filter(({ name }) => chosen.includes(name))
    .every((it) => it.vision);
  return (
    <ChatFrame
      title={shell.sideBySide}
      quiet={chat !== null}
      {...{ chat, commands }}
      placeholder={words.prompt.placeholder}
      canSend={chat ? chat.can.send : chosen.length >= 2}
      canSee={canSee}
      onSend={send}
      newLabel={words.newChat}
      onNew={begin}
      bar={chat && <OpinionBar chat={chat} commands={commands} />}
    >
      <LinkNote link={live.link} onNew={begin} />
      {offered.length === 0 && <EmptyState title={words.notReady.no_models.title} />}
      {!chat && offered.length > 0 && (
        <div class="begin">
          <p class="begin-lead">{words.sideBySide.text}</p>
          <ModelChoice {...{ offered, chosen, onChoose: choose }} />
          <SettingsPanel settings={settings} onChange={setSettings} />
        </div>
      )}
      {chat && (
        <Conversation
          chat={chat}
          nameOf={(side) => side.model ?? ""}
          onRetry={commands.retry}
          winner={seatOf(chat.opinion)}
        />
      )}
    </ChatFrame>
  );
}

function chosenFrom(asked: string | null, offered: readonly string[]): string[] {
  const known = (asked ?? "").split(",").filter((name) => offered.includes(name));
  return known.length >= 2 ? known.slice(0, 4) : offered.slice(0, 2);
}

const seatOf = (opinion: Opinion["opinion"] | null) =>
  opinion === "a" || opinion === "b" || opinion === "c" || opinion === "d" ? opinion : null;

type ChoiceProps = {
  offered: readonly string[];
  chosen: readonly string[];
  onChoose: (models: string[]) => void;
};

function ModelChoice({ offered, chosen, onChoose }: ChoiceProps) {
  const words = useWords().chat;
  const next = offered.find((name) => !chosen.includes(name)) ?? offered[0];
  return (
    <fieldset class="model-choice">
      <legend>{words.models.label}</legend>
      {chosen.map((model, i) => (
        <div key={`${i} ${model}`} class={`model-pick seat-${"abcd"[i]}`}>
          <select
            aria-label={words.models.nth("ABCD"[i] ?? "")}
            value={model}
            onChange={({ currentTarget }) => onChoose(chosen.with(i, currentTarget.value))}
          >
            {offered.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          {chosen.length > 2 && (
            <button
              type="button"
              class="icon-button"
              aria-label={words.models.remove(model)}
              onClick={() => onChoose(chosen.filter((_, place) => place !== i))}
            >
              <Icon name="close" />
            </button>
          )}
        </div>
      ))}
      {chosen.length < 4 && next && (
        <button type="button" class="chip" onClick={() => onChoose([...chosen, next])}>
          {words.models.add}
        </button>
      )}
    </fieldset>
  );
}

function OpinionBar({ chat, commands }: { chat: ChatView; commands: Commands }) {
  const words = useWords().chat;
  const may = !chat.answering && chat.sides.every(({ answers }) => answers.at(-1)?.text);
  const choices: [Opinion["opinion"], string][] = [
    ...chat.sides.map(({ seat, model }): [Opinion["opinion"], string] => [seat, model ?? ""]),
    ["tie", words.opinion.tie],
    ["both_bad", words.opinion.both_bad],
  ];
  return (
    <fieldset class="opinion-bar">
      <legend>{words.opinion.label}</legend>
      {choices.map(([opinion, name]) => (
        <button
          key={opinion}
          type="button"
          class={chat.opinion === opinion ? "chip active" : "chip"}
          aria-pressed={chat.opinion === opinion}
          disabled={!may}
          onClick={() => void commands.run("rate", { opinion } satisfies Opinion)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
