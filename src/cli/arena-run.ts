/** @file An Arena from flags, environment and `models.yaml`, in that order, until it is stopped. */
import { z } from "zod";
import { type ArenaOptions, serveArena } from "../arena/serve.ts";
import { UsageError } from "../errors/usage-error.ts";
import { isLoopback } from "../http/host-guard.ts";
import { type ProxyChoice, proxiesIn } from "../http/proxies.ts";
import { defaultDataDir } from "../models/data-dir.ts";
import type { ArenaConfig } from "../protocol/arena-config.ts";
import { Address, FastChatConfig, Port, usualArenaPort } from "../protocol/config.ts";
import { readArenaFile } from "./config-file.ts";
import { openDataFolder } from "./data-folder.ts";
import { checkFlags, readKeyFile } from "./flags.ts";
import { serveUntilStopped } from "./lifetime.ts";

export type ArenaFlags = {
  host?: string;
  port?: number;
  apiBase?: string;
  apiKeyEnv?: string;
  dataDir?: string;
  config?: string;
  adminKeyFile?: string;
  trustedProxy?: string[];
  allowedHost?: string[];
};

/** @throws {UsageError} a file or a variable that was named is not there, or wrong. */
export async function runArena(flags: ArenaFlags): Promise<void> {
  const options = toArenaOptions(flags);
  openDataFolder(options.dataDir);
  await serveUntilStopped("arena", async () => {
    const arena = await serveArena(options);
    const keeper = arena.adminKeyFile ?? flags.adminKeyFile ?? options.config.admin_key_env;
    console.error(`Admin: ${arena.url}/admin, with the key in ${keeper}`);
    if (!isLoopback(options.host)) console.error(openNote);
    return arena;
  });
}

const openNote =
  "Anybody who reaches this address may chat with the models and vote: only the admin's view asks for a key.";

const Flags = z.object({
  host: z.string().min(1),
  port: Port,
  api_base: Address,
});

const usualApi = "http://127.0.0.1:8000";

export function toArenaOptions(flags: ArenaFlags, env = process.env): ArenaOptions {
  const file = flags.config === undefined ? FastChatConfig.parse({}) : readArenaFile(flags.config);
  const { arena } = file;
  const { host, port, api_base } = checkFlags(Flags, {
    host: flags.host ?? file.arena_host,
    port: flags.port ?? chosenPort(file),
    api_base: flags.apiBase ?? arena.api_url ?? usualApi,
  });
  const trusted_proxies = [...arena.trusted_proxies, ...(flags.trustedProxy ?? [])];
  return {
    host,
    port,
    apiUrl: api_base.replace(/\/+$/, "").replace(/\/v1$/, ""),
    apiKey: apiKeyOf(flags.apiKeyEnv ?? arena.api_key_env, env),
    dataDir: flags.dataDir ?? file.data_dir ?? defaultDataDir(),
    adminKey: adminKeyOf(flags.adminKeyFile, arena, env),
    moderationKey: moderationKeyOf(arena, env),
    proxies: proxiesFor(arena, env),
    allowedHosts: (flags.allowedHost ?? []).map((name) => name.toLowerCase()),
    config: { ...arena, trusted_proxies },
  };
}

/** `auto` and `null` are for `up`; whoever starts an Arena by hand wants it at its usual place. */
const chosenPort = ({ arena_port }: FastChatConfig) =>
  typeof arena_port === "number" ? arena_port : usualArenaPort;

function apiKeyOf(name: string | null, env: NodeJS.ProcessEnv): string | undefined {
  return name === null ? env.FASTCHAT_API_KEY || undefined : needed(name, "the API's key", env);
}

function adminKeyOf(file: string | undefined, arena: ArenaConfig, env: NodeJS.ProcessEnv) {
  if (file === undefined) return env[arena.admin_key_env] || undefined;
  const key = readKeyFile(file);
  if (key === undefined) throw new UsageError(`There is no key in the file '${file}'.`);
  return key;
}

function moderationKeyOf({ moderation }: ArenaConfig, env: NodeJS.ProcessEnv) {
  const name = moderation?.api_key_env ?? null;
  return name === null ? undefined : needed(name, "the key of the moderation endpoint", env);
}

/** @throws {UsageError} the environment's proxy for the moderation endpoint is none. */
function proxiesFor({ moderation }: ArenaConfig, env: NodeJS.ProcessEnv): ProxyChoice {
  const proxies = proxiesIn(env);
  if (moderation) proxies(new URL(moderation.url));
  return proxies;
}

function needed(name: string, what: string, env: NodeJS.ProcessEnv): string {
  const value = env[name];
  if (!value) throw new UsageError(`The variable ${name}, which is to hold ${what}, is not set.`);
  return value;
}
