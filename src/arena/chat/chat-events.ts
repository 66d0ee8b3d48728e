/** @file A conversation as a stream of events: how it stands, then every change. */
import { EventQueue } from "../../http/event-queue.ts";
import type { ChatEvent, ChatView } from "../../protocol/arena.ts";
import type { Chat } from "./chat.ts";

/** JSON texts, without an end: the browser leaves when it has seen enough. */
export function chatEvents(chat: Chat, view: () => ChatView): AsyncIterable<string> {
  const queue = new EventQueue<string>(() => leave());
  const push = (event: ChatEvent) => queue.push(JSON.stringify(event));
  const leave = chat.listen((change) => {
    if (change === "snapshot") push({ type: "snapshot", chat: view() });
    else push({ type: "text", pieces: change });
  });
  push({ type: "snapshot", chat: view() });
  return queue;
}
