/** @file A conversation as it happens: its state from the server, and every word as it comes. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { AnswerView, ChatEvent, ChatView } from "../../../protocol/arena.ts";
import { CallFailed, get } from "../api.ts";

export type LiveChat = {
  chat: ChatView | null;
  /** `lost`: it is being taken up again; `gone`: there is no such conversation. */
  link: "open" | "lost" | "gone";
  /** What the server answered to a command. */
  put: (chat: ChatView) => void;
};

type Pieces = Extract<ChatEvent, { type: "text" }>["pieces"];

/** Thirty times a second is as much as an eye can follow. */
const frameMs = 1000 / 30;
const retryMs = 3000;

export function useChat(id: string | null): LiveChat {
  const [chat, setChat] = useState<ChatView | null>(null);
  const [link, setLink] = useState<LiveChat["link"]>("open");
  const pending = useRef<Pieces>([]);
  const timer = useRef(0);
  const put = useCallback((next: ChatView) => {
    pending.current = [];
    setChat(next);
  }, []);
  const [attempt, setAttempt] = useState(0);
  const isHidden = useHidden();
  // A tab that nobody looks at needs no stream, and a browser has few of them to give.
  const isPaused = isHidden && !chat?.answering;
  useEffect(() => {
    setChat((known) => (known?.id === id ? known : null));
    if (id === null) setLink("open");
  }, [id]);
  useEffect(() => {
    if (id === null || isPaused) return;
    const flush = () => {
      timer.current = 0;
      const pieces = pending.current;
      pending.current = [];
      if (pieces.length > 0) setChat((known) => known && withPieces(known, pieces));
    };
    let again = 0;
    const path = `/api/chats/${encodeURIComponent(id)}`;
    const source = new EventSource(`${path}/events`);
    source.onmessage = ({ data }) => {
      const event = JSON.parse(data) as ChatEvent;
      setLink("open");
      if (event.type === "snapshot") return put(event.chat);
      pending.current.push(...event.pieces);
      timer.current ||= window.setTimeout(flush, frameMs);
    };
    source.onerror = () => {
      setLink("lost");
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      get<ChatView>(path).then(put, (error: Error) => {
        if (error instanceof CallFailed && error.status === 404) setLink("gone");
        else again = window.setTimeout(() => setAttempt((count) => count + 1), retryMs);
      });
    };
    return () => {
      source.close();
      clearTimeout(again);
      clearTimeout(timer.current);
      timer.current = 0;
      pending.current = [];
    };
  }, [id, put, isPaused, attempt]);
  return { chat, link, put };
}

function useHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = () => setHidden(document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return hidden;
}

function withPieces(chat: ChatView, pieces: Pieces): ChatView {
  const sides = chat.sides.map((side) => {
    const own = pieces.filter(({ seat }) => seat === side.seat);
    if (own.length === 0) return side;
    const answers = [...side.answers];
    for (const { answer, text, reasoning } of own) {
      const known = answers[answer];
      if (known) answers[answer] = longer(known, text, reasoning);
    }
    return { ...side, answers };
  });
  return { ...chat, sides };
}

function longer(answer: AnswerView, text: string, reasoning: string): AnswerView {
  return {
    ...answer,
    status: "streaming",
    text: answer.text + text,
    reasoning: answer.reasoning + reasoning,
  };
}
