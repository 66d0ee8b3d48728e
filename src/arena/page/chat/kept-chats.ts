/** @file The conversations that this browser keeps, newest first; the server is not asked for them. */

import type { ChatView } from "../../../protocol/arena.ts";
import { download } from "../parts/download.ts";

export type KeptChat = {
  id: string;
  model: string;
  /** Unix time, ms. */
  at: number;
  messages: { role: "user" | "assistant"; content: string }[];
};

const key = "arena.chats";
const most = 100;

export function keptChats(): KeptChat[] {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "[]") as unknown;
    return Array.isArray(found) ? (found as KeptChat[]) : [];
  } catch {
    return []; // no storage, or not ours
  }
}

/** The oldest give way; where even one does not fit, nothing is kept. */
function write(chats: KeptChat[]): KeptChat[] {
  for (let kept = chats.slice(0, most); ; kept = kept.slice(0, Math.floor(kept.length / 2)))
    try {
      localStorage.setItem(key, JSON.stringify(kept));
      return kept;
    } catch {
      if (kept.length === 0) return [];
    }
}

export function keepChat(chat: ChatView): KeptChat[] {
  const one = toKept(chat);
  return write([one, ...keptChats().filter(({ id }) => id !== one.id)]);
}

export function dropChat(id: string): KeptChat[] {
  return write(keptChats().filter((chat) => chat.id !== id));
}

function toKept(chat: ChatView): KeptChat {
  const [side] = chat.sides;
  const said = chat.prompts.flatMap(({ text }, turn): KeptChat["messages"] => [
    { role: "user", content: text },
    { role: "assistant", content: side?.answers[turn]?.text ?? "" },
  ]);
  return {
    id: chat.id,
    model: side?.model ?? "",
    at: chat.created_at,
    messages: [...chat.history, ...said],
  };
}

/** Offers conversations as a download, in OpenAI's messages, one a line. */
export function exportChats(chats: readonly KeptChat[]): void {
  const lines = chats.map(({ model, messages }) => JSON.stringify({ model, messages }));
  const blob = new Blob([`${lines.join("\n")}\n`], { type: "application/x-ndjson" });
  download("conversations.jsonl", blob);
}
