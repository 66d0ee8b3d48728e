/** @file The Arena inside `fastchat up`: a process of its own, whose death is nobody else's. */
import { freePort } from "../http/free-port.ts";
import { type FastChatConfig, usualArenaPort } from "../protocol/config.ts";
import { selfArgs } from "./self.ts";
import { type ChildSpec, Supervisor } from "./supervisor.ts";
import { painter } from "./terminal.ts";

export type SupervisedArena = {
  supervisor: Supervisor;
  /** Its address, once it answers for the first time. */
  ready: Promise<string>;
};

/** What the Arena is told of the rest. */
export type ArenaSurroundings = { apiUrl: string; dataDir: string; port: number };

/** The port it keeps, however often it starts; null where no Arena is wanted. */
export async function chooseArenaPort(config: FastChatConfig): Promise<number | null> {
  const { arena_host: host, arena_port: wanted } = config;
  if (wanted === 0) return freePort(host, 0);
  if (wanted !== "auto") return wanted;
  const port = await freePort(host, usualArenaPort);
  if (port !== usualArenaPort)
    console.error(`Port ${usualArenaPort} is taken: the Arena listens on ${port} instead.`);
  return port;
}

export function superviseArena(
  config: FastChatConfig,
  surroundings: ArenaSurroundings,
): SupervisedArena {
  const paint = painter(process.stderr);
  const say = (line: string) => console.error(`${paint("dim", "[arena]")} ${line}`);
  let answer: (url: string) => void = () => {};
  const ready = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const supervisor = new Supervisor({
    onLine: (_, line) => say(line),
    onReady: (_, url) => answer(url),
    onDeath: (_, how, waitMs) => say(`died (${how}); starts again in ${waitMs / 1000} s`),
    onGivenUp: (_, why) => say(paint("red", `the Arena is not served: ${why}`)),
  });
  supervisor.start(toSpec(config, surroundings));
  return { supervisor, ready };
}

function toSpec(config: FastChatConfig, { apiUrl, dataDir, port }: ArenaSurroundings): ChildSpec {
  const { arena, arena_host, api_keys } = config;
  const [apiKey] = api_keys;
  const isOurs = arena.api_url === null;
  const where = [`--host=${arena_host}`, `--port=${port}`, `--data-dir=${dataDir}`];
  return {
    name: "arena",
    args: selfArgs("arena", "--config=-", ...where, ...(isOurs ? [`--api-base=${apiUrl}`] : [])),
    env: isOurs && apiKey !== undefined ? { FASTCHAT_API_KEY: apiKey } : {},
    // Not in the environment: one variable may not hold what the system prompts of many models take.
    input: JSON.stringify({ arena }),
  };
}
