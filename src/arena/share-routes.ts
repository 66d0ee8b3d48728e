/** @file `/api/shares`: a conversation by a link, for as long as its owner wants. */
import { Hono } from "hono";
import { NotFoundError } from "../errors/resource-errors.ts";
import type { ShareView } from "../protocol/arena.ts";
import type { StoredChat } from "../store/arena-chat.ts";
import type { ArenaStore } from "../store/arena-store.ts";
import type { Chats } from "./chat/chats.ts";
import type { Sessions } from "./sessions.ts";
import { storedVote } from "./vote/cast-vote.ts";

export function shareRoutes(store: ArenaStore, sessions: Sessions, chats: Chats): Hono {
  return new Hono()
    .post("/api/chats/:id/share", (c) => {
      const chat = chats.find(c.req.param("id"), sessions.find(c)?.voter);
      const share = store.share(chat.id);
      store.append("share", { share }, { chat: chat.id, voter: chat.voter });
      chat.changed();
      return c.json({ id: share, url: `/s/${share}` });
    })
    .delete("/api/shares/:id", (c) => {
      const share = c.req.param("id");
      const chat = chats.find(store.shared(share) ?? "", sessions.find(c)?.voter);
      store.unshare(share);
      store.append("unshare", { share }, { chat: chat.id, voter: chat.voter });
      chat.changed();
      return c.json({ revoked: true });
    })
    .get("/api/shares/:id", (c) => {
      const share = c.req.param("id");
      const chat = store.chat(store.shared(share) ?? "");
      if (!chat) throw new NotFoundError("share");
      return c.json(toShareView(share, chat, storedVote(store, chat.id)?.winner ?? null));
    });
}

function toShareView(id: string, chat: StoredChat, winner: ShareView["winner"]): ShareView {
  const { mode, models } = chat.settings;
  const isHidden = mode === "battle" && winner === null;
  const seatsUsed = (["a", "b", "c", "d"] as const).slice(0, models.length);
  return {
    id,
    mode,
    at: chat.createdAt,
    prompts: chat.prompts,
    answers: seatsUsed.map((seat, place) => ({
      seat,
      model: isHidden ? null : (models[place] ?? null),
      texts: chat.answers.filter((answer) => answer.seat === seat).map(({ text }) => text),
    })),
    winner,
  };
}
