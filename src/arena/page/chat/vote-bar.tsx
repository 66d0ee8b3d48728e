/** @file Four buttons of equal size; where they stand, nothing above them moves. */
import { useRef, useState } from "preact/hooks";
import type { ChatView, Vote } from "../../../protocol/arena.ts";
import type { Winner } from "../../../protocol/battle.ts";
import { useKeys } from "../parts/use-keys.ts";
import { useWords } from "../words/words.ts";
import type { Commands } from "./commands.ts";

const choices: readonly Winner[] = ["model_a", "model_b", "tie", "both_bad"];

export function VoteBar({ chat, commands }: { chat: ChatView; commands: Commands }) {
  const words = useWords().chat;
  const [busy, setBusy] = useState(false);
  /** One click, one key: however often it has to be sent. */
  const click = useRef<{ winner: Winner; key: string } | null>(null);
  const { vote: may, early } = chat.can;
  const isLame = chat.sides.some(({ answers }) => answers.at(-1)?.status === "failed");
  const vote = async (winner: Winner) => {
    if (!may || busy || chat.vote_token === null) return;
    if (click.current?.winner !== winner) click.current = { winner, key: newKey() };
    setBusy(true);
    const body: Vote = { winner, token: chat.vote_token };
    const headers = { "Idempotency-Key": click.current.key };
    await commands.run("vote", body, headers, { tries: 3 });
    setBusy(false);
  };
  useKeys(Object.fromEntries(choices.map((winner, i) => [String(i + 1), () => void vote(winner)])));
  return (
    <fieldset class="vote-bar">
      <legend class="unseen">{words.voteLabel}</legend>
      {choices.map((winner, i) => (
        <button
          key={winner}
          type="button"
          class={`vote vote-${winner}`}
          aria-label={words.longVotes[winner]}
          aria-keyshortcuts={String(i + 1)}
          disabled={!may || busy}
          onClick={() => void vote(winner)}
        >
          <span>{words.votes[winner]}</span>
          <kbd data-key={i + 1} />
        </button>
      ))}
      <p class="vote-note quiet">
        {may ? (early ? words.voteHelp.early : "") : words.voteHelp[isLame ? "failed" : "wait"]}
      </p>
    </fieldset>
  );
}

/** `crypto.randomUUID` is missing on pages without TLS, which is how an arena on a LAN is reached. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
