/**
 * @file The Arena: a page and its server, in front of any OpenAI-compatible API. People compare
 * answers without knowing whose they are; what they vote is kept, and rated.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context, Hono } from "hono";
import { loadDetector } from "../files/language.ts";
import { createApp } from "../http/app.ts";
import { clientFinder } from "../http/client-address.ts";
import type { ProxyChoice } from "../http/proxies.ts";
import { requireSameOrigin } from "../http/same-origin.ts";
import { type RunningServer, serve } from "../http/serve.ts";
import { StaticFiles } from "../http/static-files.ts";
import type { ArenaConfig } from "../protocol/arena-config.ts";
import { ArenaStore } from "../store/arena-store.ts";
import { adminRoutes } from "./admin-routes.ts";
import { BallotBox } from "./board/ballot-box.ts";
import { Board } from "./board/board.ts";
import { Sampling } from "./board/sampling.ts";
import { Standings } from "./board/standings.ts";
import { boardRoutes } from "./board-routes.ts";
import { Chats } from "./chat/chats.ts";
import { type ChatDesk, chatRoutes } from "./chat-routes.ts";
import { explorerRoutes } from "./explorer-routes.ts";
import { ArenaModels } from "./models.ts";
import { moderator } from "./moderation.ts";
import { pageRoutes, securityHeaders } from "./page-routes.ts";
import { Pairing } from "./pairing.ts";
import { sessionRoutes } from "./session-routes.ts";
import { Sessions } from "./sessions.ts";
import { shareRoutes } from "./share-routes.ts";
import { toTerms } from "./terms.ts";
import { Urn } from "./vote/urn.ts";

export type ArenaOptions = {
  host: string;
  port: number;
  /** Up to but without `/v1`. */
  apiUrl: string;
  apiKey?: string | undefined;
  dataDir: string;
  /** Of the admin view; without one, one is made and kept in the data folder. */
  adminKey?: string | undefined;
  /** Of the moderation endpoint. */
  moderationKey?: string | undefined;
  /** How that endpoint is reached; none: directly, as the API always is. */
  proxies?: ProxyChoice | undefined;
  /** Names, beside loopback's, by which a loopback server may be called. */
  allowedHosts?: readonly string[] | undefined;
  config: ArenaConfig;
  log?: boolean | undefined;
};

export type RunningArena = RunningServer & {
  /** Where the admin's key is kept; null when one was given. */
  adminKeyFile: string | null;
};

/** @throws {UsageError} a trusted proxy is no address. */
export async function serveArena(options: ArenaOptions): Promise<RunningArena> {
  const { host, port, allowedHosts = [], dataDir } = options;
  const store = new ArenaStore(dataDir);
  const { key, file } = adminKeyOf(options);
  const arena = await openArena(options, store, key);
  const leave = async () => {
    await arena.close();
    store.close();
  };
  const server = await serve(arena.app, { host, port, allowedHosts }).catch(async (error) => {
    await leave();
    throw error;
  });
  return {
    ...server,
    adminKeyFile: file,
    // Its streams are meant to last: there is nothing to wait for.
    openRequests: () => 0,
    close: async () => {
      await server.close();
      await leave();
    },
  };
}

async function openArena(options: ArenaOptions, store: ArenaStore, adminKey: string) {
  const { apiUrl, apiKey, config, moderationKey, proxies, log = false } = options;
  const terms = toTerms(config.terms);
  const clientOf = clientFinder(config.trusted_proxies);
  const models = new ArenaModels({ apiUrl, apiKey, configured: config.models, store });
  const sessions = new Sessions(store, clientOf, terms.version, adminKey);
  const pairing = new Pairing(store, (name) => models.settings(name));
  const chats = new Chats({
    store,
    server: { baseUrl: `${apiUrl}/v1`, apiKey },
    answerMs: config.limits.answer_seconds * 1000,
    battleSettings: (model) => battleSettings(config, models, model),
  });
  const box = new BallotBox(store, config.board);
  const board = new Board(box, config.board, models);
  const shares = () => pairing.shares(models.drawable());
  const isAdmin = (c: Context) => sessions.isAdmin(c);
  const requireAdmin = sessions.requireAdmin();
  const { moderate, close: closeModerator } = moderator(config.moderation, moderationKey, proxies);
  const desk: ChatDesk = {
    ...{ config, store, chats, models, sessions, pairing, clientOf, moderate },
    limits: config.limits,
    urn: new Urn(store),
    secret: store.secret("battle-token"),
    detectLanguage: await loadDetector(),
    knownModels: () => models.live().map((name) => models.info(name)),
    standings: new Standings(board),
  };
  const app = arenaApp(log)
    .route("/", pageRoutes(new StaticFiles(pageFolder)))
    .route("/", sessionRoutes({ config, terms, store, sessions, models, chats }))
    .route("/", chatRoutes(desk))
    .route("/", shareRoutes(store, sessions, chats))
    .route("/", boardRoutes({ board, sampling: new Sampling(store), shares }))
    .route("/", explorerRoutes({ store, box, explorer: config.explorer, isAdmin }))
    .route("/", adminRoutes({ store, box, models, shares, requireAdmin }));
  const close = async () => {
    await chats.close();
    models.close();
    closeModerator();
  };
  return { app, close };
}

function arenaApp(log: boolean): Hono {
  return createApp({ log })
    .use(securityHeaders())
    .use(requireSameOrigin())
    .get("/health", (c) => c.json({ status: "ok" }));
}

/** Where the build puts the page, seen from the source and from the build alike. */
const pageFolder = fileURLToPath(new URL("../../dist/arena/page", import.meta.url));

function battleSettings(config: ArenaConfig, models: ArenaModels, model: string) {
  const { parameters, system_prompt } = models.settings(model);
  const { temperature = config.temperature, max_tokens = config.max_tokens, top_p } = parameters;
  const sampling = { temperature, max_tokens, ...(top_p !== undefined && { top_p }) };
  return { system: system_prompt, sampling };
}

function adminKeyOf({ adminKey, dataDir }: ArenaOptions): { key: string; file: string | null } {
  if (adminKey !== undefined) return { key: adminKey, file: null };
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "arena-admin.key");
  if (!existsSync(file))
    writeFileSync(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  return { key: readFileSync(file, "utf8").trim(), file };
}
