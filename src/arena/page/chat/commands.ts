/** @file What one can do with a conversation, with the one failure there is: a sentence to show. */
import { useState } from "preact/hooks";
import type { ChatView, NewChat, NewMessage, Seat } from "../../../protocol/arena.ts";
import { CallFailed, post } from "../api.ts";
import { useShell } from "../shell/session.ts";
import type { LiveChat } from "./use-chat.ts";

export type Commands = {
  /** What went wrong last, in a sentence; empty when nothing did. */
  problem: string;
  dismiss(): void;
  /** Undefined: it was not sent. */
  open(chat: NewChat): Promise<ChatView | undefined>;
  send(message: NewMessage): Promise<boolean>;
  stop(): void;
  regenerate(): void;
  retry(seat: Seat): void;
  /** Any other command of this conversation. */
  run(
    verb: string,
    body: object,
    headers?: Record<string, string>,
    /** More than one only for what may be said twice. */
    options?: { tries: number },
  ): Promise<boolean>;
};

export function useCommands({ chat, link, put }: LiveChat): Commands {
  const { consent } = useShell();
  const [problem, setProblem] = useState("");
  const tell = async <T>(work: Promise<T>): Promise<T | undefined> => {
    setProblem("");
    try {
      return await work;
    } catch (error) {
      setProblem(error instanceof CallFailed ? error.message : String(error));
      return undefined;
    }
  };
  const run: Commands["run"] = async (verb, body, headers, { tries } = { tries: 1 }) => {
    if (!chat) return false;
    const path = `/api/chats/${chat.id}/${verb}`;
    const next = await tell(persist(() => post<ChatView>(path, body, headers), tries));
    // The stream tells it too, and in the right order: this answer may be older.
    if (next && link !== "open") put(next);
    return next !== undefined;
  };
  return {
    problem,
    dismiss: () => setProblem(""),
    open: async (asked) => {
      if (!(await consent())) return undefined;
      return tell(post<ChatView>("/api/chats", asked));
    },
    send: async (message) => (await consent()) && run("messages", message),
    stop: () => void run("stop", {}),
    regenerate: () => void run("regenerate", {}),
    retry: (seat) => void run("retry", { seat }),
    run,
  };
}

const pauseMs = 800;

/** Again, as long as it is only the network that fails. */
async function persist<T>(call: () => Promise<T>, tries: number): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const isNetwork = error instanceof CallFailed && error.status === 0;
    if (!isNetwork || tries <= 1) throw error;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return persist(call, tries - 1);
  }
}
