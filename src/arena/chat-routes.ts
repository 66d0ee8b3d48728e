/** @file `/api/chats`: conversations of all three modes, their streams, and the vote. */
import { type Context, Hono } from "hono";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { ConflictError } from "../errors/resource-errors.ts";
import { readJson } from "../http/json.ts";
import { streamEvents } from "../http/sse.ts";
import {
  NewChat,
  NewMessage,
  NewReport,
  Opinion,
  Retry,
  type Reveal,
  Vote,
} from "../protocol/arena.ts";
import type { EventBody } from "../protocol/arena-event.ts";
import type { SessionRow } from "../store/arena-chat.ts";
import type { Standings } from "./board/standings.ts";
import { type AdmissionDesk, assertPrompt, assertQuota, assertVision } from "./chat/admission.ts";
import { signBattle } from "./chat/battle-token.ts";
import type { Chat } from "./chat/chat.ts";
import { chatEvents } from "./chat/chat-events.ts";
import { toChatView } from "./chat/chat-view.ts";
import { type OpeningDesk, openingOf } from "./chat/opening.ts";
import { addressHash, HourlyCounter } from "./limits.ts";
import type { Moderate } from "./moderation.ts";
import type { Sessions } from "./sessions.ts";
import { hashOfPrompts } from "./vote/battle-facts.ts";
import { castVote, type Polling } from "./vote/cast-vote.ts";

export type ChatDesk = Polling &
  OpeningDesk &
  AdmissionDesk & {
    sessions: Sessions;
    moderate: Moderate;
    standings: Standings;
  };

export function chatRoutes(desk: ChatDesk): Hono {
  const { chats, sessions, store, config } = desk;
  const bodyBytes = 8_000_000 + config.limits.image_bytes * 6;
  const counter = new HourlyCounter();
  const find = (c: Context) => chats.find(c.req.param("id") ?? "", sessions.find(c)?.voter);
  const view = (chat: Chat) => viewOf(desk, chat);
  return new Hono()
    .post("/api/chats", async (c) => {
      const session = sessions.require(c);
      const asked = await readJson(c, NewChat, bodyBytes);
      assertPrompt(desk, asked);
      assertQuota(desk, c, session, counter);
      await desk.models.refresh();
      await desk.moderate([asked.text]);
      const { settings, facts } = openingOf(desk, session, asked);
      const chat = chats.create(session.voter, settings, facts);
      chat.ask(
        { text: asked.text, images: asked.images },
        isDuplicate(desk, session, [asked.text]),
      );
      return c.json(view(chat), 201);
    })
    .get("/api/chats/:id", async (c) => {
      const chat = find(c);
      await desk.standings.refresh();
      return c.json(view(chat));
    })
    .get("/api/chats/:id/events", (c) => {
      const chat = find(c);
      return streamEvents(
        c,
        chatEvents(chat, () => view(chat)),
        { done: false },
      );
    })
    .post("/api/chats/:id/messages", async (c) => {
      const [session, chat] = [sessions.require(c), find(c)];
      const asked = await readJson(c, NewMessage, bodyBytes);
      assertPrompt(desk, asked);
      if (!view(chat).can.send)
        throw new ConflictError("This conversation takes no message now.", "not_ready");
      assertVision(desk, chat.settings.models, asked.images);
      assertQuota(desk, c, session, counter);
      const lastWords = chat.last.map(([, answer]) => (answer?.text ?? "").slice(-1000));
      await desk.moderate([...lastWords, asked.text]);
      if (!view(chat).can.send)
        throw new ConflictError("This conversation takes no message now.", "not_ready");
      const texts = [...chat.prompts.map(({ text }) => text), asked.text];
      chat.ask({ text: asked.text, images: asked.images }, isDuplicate(desk, session, texts));
      return c.json(view(chat), 201);
    })
    .post("/api/chats/:id/stop", async (c) => {
      const chat = find(c);
      await chat.stop();
      return c.json(view(chat));
    })
    .post("/api/chats/:id/regenerate", (c) => {
      const [session, chat] = [sessions.require(c), find(c)];
      assertQuota(desk, c, session, counter);
      if (!view(chat).can.regenerate)
        throw new ConflictError(
          "After the vote, or while answers run, there is nothing to do anew.",
          "not_ready",
        );
      chat.regenerate(null);
      return c.json(view(chat));
    })
    .post("/api/chats/:id/retry", async (c) => {
      const [session, chat] = [sessions.require(c), find(c)];
      const { seat } = await readJson(c, Retry);
      const { retry } = view(chat).can;
      if (seat ? !retry.includes(seat) : retry.length === 0)
        throw new ConflictError("This side needs no second try.", "not_ready");
      assertQuota(desk, c, session, counter);
      for (const one of seat ? [seat] : retry) chat.regenerate(one);
      return c.json(view(chat));
    })
    .post("/api/chats/:id/vote", async (c) => {
      const [session, chat] = [sessions.require(c), find(c)];
      const vote = await readJson(c, Vote);
      const key = c.req.header("idempotency-key") ?? "";
      if (!/^[\w.:-]{8,100}$/.test(key))
        throw new InvalidRequestError(
          "A vote needs an Idempotency-Key header of 8 to 100 letters.",
        );
      const address = addressHash(store, desk.clientOf(c).address);
      await castVote(desk, { chat, session, address, vote, key });
      await desk.standings.refresh();
      chat.changed();
      return c.json(view(chat));
    })
    .post("/api/chats/:id/rate", async (c) => {
      const chat = find(c);
      const { opinion } = await readJson(c, Opinion);
      if (chat.settings.mode === "battle")
        throw new ConflictError("A battle is voted on.", "not_ready");
      const { models } = chat.settings;
      store.append("opinion", { opinion, models }, { chat: chat.id, voter: chat.voter });
      chat.changed();
      return c.json(view(chat));
    })
    .post("/api/chats/:id/report", async (c) => {
      const chat = find(c);
      const { seat = null, reason, comment } = await readJson(c, NewReport);
      store.append("report", { seat, reason, comment }, { chat: chat.id, voter: chat.voter });
      return c.json({ reported: true });
    });
}

function viewOf(desk: ChatDesk, chat: Chat) {
  const { store, secret, config } = desk;
  const events = store.eventsOf(chat.id);
  const opinion = events.findLast((event) => event.kind === "opinion")?.body.opinion;
  return toChatView(chat, {
    reveal: revealOf(desk, chat, events.find((event) => event.kind === "vote")?.body),
    opinion: opinion ?? null,
    share: store.shareOf(chat.id) ?? null,
    maxTurns: config.limits.turns,
    sign: () => signBattle(secret, { chat: chat.id, voter: chat.voter, version: chat.version }),
  });
}

function revealOf(desk: ChatDesk, chat: Chat, vote: EventBody<"vote"> | undefined): Reveal | null {
  if (!vote) return null;
  const why = vote.tags.find((tag) => tag === "identity" || tag === "failed");
  return {
    winner: vote.winner,
    rated: why === undefined,
    why: why ?? null,
    models: chat.last.map(([seat], place) => {
      const name = chat.settings.models[place] ?? "";
      return { seat, model: desk.models.info(name), standing: desk.standings.of(name) };
    }),
  };
}

/** Whether this session has voted on the very same questions before. */
function isDuplicate(
  { store, secret }: ChatDesk,
  { voter }: SessionRow,
  prompts: readonly string[],
): boolean {
  return store.hasVotedOn(voter, hashOfPrompts(secret, prompts));
}
