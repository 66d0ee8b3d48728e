/** @file `/api/chats`: conversations of all three modes, their streams, and the vote. */
import { randomInt } from "node:crypto";
import { type Context, Hono } from "hono";
import {
  ConflictError,
  HourlyLimitError,
  InvalidRequestError,
  ModelNotFoundError,
  UnavailableError,
} from "../errors/api-error.ts";
import type { Client } from "../http/client-address.ts";
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
import type { ArenaConfig } from "../protocol/arena-config.ts";
import type { EventBody } from "../protocol/arena-event.ts";
import type { ChatSettings, SessionRow } from "../store/arena-store.ts";
import type { Standings } from "./board/standings.ts";
import { signBattle } from "./chat/battle-token.ts";
import type { Chat } from "./chat/chat.ts";
import { chatEvents } from "./chat/chat-events.ts";
import { toChatView } from "./chat/chat-view.ts";
import type { Chats } from "./chat/chats.ts";
import { addressHash, HourlyCounter } from "./limits.ts";
import type { ArenaModels } from "./models.ts";
import type { Moderate } from "./moderation.ts";
import type { Pairing } from "./pairing.ts";
import type { Sessions } from "./sessions.ts";
import { hashOfPrompts } from "./vote/battle-facts.ts";
import { castVote, type Polling, storedVote } from "./vote/cast-vote.ts";

export type ChatDesk = Polling & {
  config: ArenaConfig;
  chats: Chats;
  models: ArenaModels;
  pairing: Pairing;
  sessions: Sessions;
  moderate: Moderate;
  clientOf(c: Context): Client;
  standings: Standings;
};

/** Conversations of one session that may be answered at the same time. */
const maxAnswering = 4;

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
      const { settings, facts } = settle(desk, session, asked);
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

function assertPrompt(
  { config }: ChatDesk,
  { text, images }: { text: string; images: string[] },
): void {
  const { prompt_chars, image_bytes } = config.limits;
  if (text.length > prompt_chars)
    throw new InvalidRequestError(
      `A message may have ${prompt_chars} characters; this one has ${text.length}.`,
      "text",
    );
  const largest = Math.max(0, ...images.map((url) => ((url.length - url.indexOf(",")) * 3) / 4));
  if (largest > image_bytes)
    throw new InvalidRequestError(`A picture may have ${image_bytes} bytes.`, "images");
}

function assertQuota(
  desk: ChatDesk,
  c: Context,
  { voter }: SessionRow,
  counter: HourlyCounter,
): void {
  const { messages_per_session_hour: own, messages_per_address_hour: shared } = desk.config.limits;
  if (desk.chats.answering(voter) >= maxAnswering)
    throw new ConflictError(
      "Other conversations of yours are still being answered.",
      "too_many_answers",
    );
  if (!counter.take(`session ${voter}`, own)) throw new HourlyLimitError("messages", own);
  if (!counter.take(`address ${desk.clientOf(c).address}`, shared))
    throw new HourlyLimitError("messages", shared);
}

function assertVision(
  { models }: ChatDesk,
  names: readonly string[],
  images: readonly string[],
): void {
  const blind = images.length > 0 ? names.find((name) => !models.canSee(name)) : undefined;
  if (blind === undefined) return;
  throw new InvalidRequestError(
    "A model of this conversation cannot see pictures.",
    "images",
    "no_vision",
  );
}

type Asked = ReturnType<typeof NewChat.parse>;
type Settled = {
  settings: ChatSettings;
  facts: Parameters<Chats["create"]>[2];
};

/** Who answers, and from where the conversation goes on. */
function settle(desk: ChatDesk, session: SessionRow, asked: Asked): Settled {
  const { preset, images } = asked;
  const facts = { pair_probability: null, continues: null, preset, images: images.length > 0 };
  if (asked.mode === "battle") return settleBattle(desk, session, asked, facts);
  const [least, most] = asked.mode === "direct" ? [1, 1] : [2, 4];
  if (asked.models.length < least || asked.models.length > most)
    throw new InvalidRequestError(
      `Choose ${least === most ? "one model" : "two to four models"}.`,
      "models",
    );
  const named = desk.models.named();
  const unknown = asked.models.find((name) => !named.includes(name));
  if (unknown !== undefined) throw new ModelNotFoundError(unknown, named);
  const blind =
    images.length > 0 ? asked.models.find((name) => !desk.models.canSee(name)) : undefined;
  if (blind !== undefined)
    throw new InvalidRequestError(
      `The model '${blind}' cannot see pictures.`,
      "images",
      "no_vision",
    );
  const { mode, models, system = null, sampling = {}, history } = asked;
  return { facts, settings: { mode, models, system, sampling: given(sampling), history } };
}

/** Without the keys that have no value. */
function given(sampling: NonNullable<Asked["sampling"]>): ChatSettings["sampling"] {
  return Object.fromEntries(Object.entries(sampling).filter(([, value]) => value !== undefined));
}

function settleBattle(
  desk: ChatDesk,
  session: SessionRow,
  { images, continues }: Asked,
  facts: Settled["facts"],
): Settled {
  const drawable = desk.models.drawable();
  const names = images.length > 0 ? drawable.filter((name) => desk.models.canSee(name)) : drawable;
  const drawn = desk.pairing.draw(names, () => randomInt(2 ** 47) / 2 ** 47);
  if (!drawn)
    throw new UnavailableError(
      images.length > 0
        ? "A battle about a picture needs two models that can see."
        : "A battle needs two models, and they are not there.",
      "no_models",
    );
  const history = continues === undefined ? [] : conversationOf(desk, session, continues);
  return {
    settings: { mode: "battle", models: drawn.models, system: null, sampling: {}, history },
    facts: { ...facts, pair_probability: drawn.probability, continues: continues ?? null },
  };
}

/** What was said in a battle, with the answers of the side that won; of a draw, of either. */
function conversationOf(desk: ChatDesk, session: SessionRow, id: string): ChatSettings["history"] {
  const chat = desk.chats.find(id, session.voter);
  const vote = storedVote(desk.store, id);
  if (!vote) throw new ConflictError("Vote on this battle first.", "not_ready");
  const place = vote.winner === "model_a" ? 0 : vote.winner === "model_b" ? 1 : randomInt(2);
  const answers = chat.answers[place] ?? [];
  return [
    ...chat.settings.history,
    ...chat.prompts.flatMap(({ text }, turn) => [
      { role: "user" as const, content: text },
      { role: "assistant" as const, content: answers[turn]?.text ?? "" },
    ]),
  ];
}

/** Whether this session has voted on the very same questions before. */
function isDuplicate(
  { store, secret }: ChatDesk,
  { voter }: SessionRow,
  prompts: readonly string[],
): boolean {
  return store.hasVotedOn(voter, hashOfPrompts(secret, prompts));
}
