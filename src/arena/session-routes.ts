/** @file `/api/session`: what the page needs to begin, consent, and what is kept of somebody. */
import { Hono } from "hono";
import { ConflictError } from "../errors/resource-errors.ts";
import { readJson } from "../http/json.ts";
import { AdminLogin, Consent, type SessionView } from "../protocol/arena.ts";
import type { ArenaConfig } from "../protocol/arena-config.ts";
import { version } from "../protocol/version.ts";
import type { ArenaStore } from "../store/arena-store.ts";
import type { Chats } from "./chat/chats.ts";
import { HourlyCounter } from "./limits.ts";
import type { ArenaModels } from "./models.ts";
import type { Sessions } from "./sessions.ts";
import { examples, type Terms } from "./terms.ts";
import { storedVote } from "./vote/cast-vote.ts";

export type SessionDesk = {
  config: ArenaConfig;
  terms: Terms;
  store: ArenaStore;
  sessions: Sessions;
  models: ArenaModels;
  chats: Chats;
};

/** Tries of the admin's key in an hour, from everywhere together: it is a long random one. */
const maxLogins = 60;

export function sessionRoutes(desk: SessionDesk): Hono {
  const { sessions, terms, store, chats } = desk;
  const logins = new HourlyCounter();
  return new Hono()
    .get("/api/session", async (c) => {
      await desk.models.refresh();
      const voter = sessions.find(c)?.voter;
      const isAdmin = sessions.isAdmin(c);
      return c.json(toSessionView(desk, voter, sessions.hasAgreed(c), isAdmin));
    })
    .post("/api/consent", async (c) => {
      const { version, research } = await readJson(c, Consent);
      if (version !== terms.version)
        throw new ConflictError("The terms have changed; please read them again.", "stale_terms");
      store.setConsent(sessions.open(c).voter, version, research);
      return c.json({ consented: true });
    })
    .delete("/api/session/data", (c) => {
      const voter = sessions.find(c)?.voter;
      if (voter) chats.forget(voter);
      sessions.forget(c);
      return c.json({ deleted: true });
    })
    .post("/api/admin/login", async (c) => {
      const { key } = await readJson(c, AdminLogin);
      if (!logins.take("login", maxLogins))
        throw new ConflictError(
          "Too many keys have been tried; come back in an hour.",
          "too_many_logins",
        );
      sessions.enterAdmin(c, key);
      return c.json({ admin: true });
    })
    .post("/api/admin/logout", (c) => {
      sessions.leaveAdmin(c);
      return c.json({ admin: false });
    });
}

function toSessionView(
  { config, terms, store, models }: SessionDesk,
  voter: string | undefined,
  consented: boolean,
  admin: boolean,
): SessionView {
  const { prompt_chars, turns, image_bytes } = config.limits;
  const last = voter === undefined ? undefined : store.lastBattle(voter);
  return {
    version: version(),
    title: config.title,
    terms,
    consented,
    admin,
    explorer: config.explorer === "everyone" || (config.explorer === "admin" && admin),
    models: models.named().map((name) => models.info(name)),
    not_ready: models.notReady,
    open_battle: last !== undefined && !storedVote(store, last) ? last : null,
    examples,
    limits: { prompt_chars, turns, image_bytes },
    vision: models.drawable().filter((name) => models.canSee(name)).length >= 2,
  };
}
