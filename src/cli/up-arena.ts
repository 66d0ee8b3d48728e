/**
 * @file The Arena inside `fastchat up`: a process of its own, whose death is nobody else's, and which
 * starts when the models have: they need the processor first.
 */
import { freePort } from "../http/free-port.ts";
import { type FastChatConfig, usualArenaPort } from "../protocol/config.ts";
import { selfArgs } from "./self.ts";
import { type ChildSpec, Supervisor, type SupervisorEvents } from "./supervisor.ts";
import { painter } from "./terminal.ts";

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

/** Waits for its `start`; a slow model keeps it waiting no longer than this. */
const longestWaitMs = 10_000;

export class SupervisedArena {
  /** Its address, once it answers for the first time. */
  readonly ready: Promise<string>;
  readonly #spec: ChildSpec;
  readonly #supervisor: Supervisor;
  readonly #late: NodeJS.Timeout;
  #isStarted = false;
  #stopping: Promise<void> | undefined;

  constructor(config: FastChatConfig, surroundings: ArenaSurroundings) {
    this.#spec = toSpec(config, surroundings);
    let answer: (url: string) => void = () => {};
    this.ready = new Promise((resolve) => {
      answer = resolve;
    });
    this.#supervisor = new Supervisor(arenaEvents(answer));
    this.#late = setTimeout(() => this.start(), longestWaitMs);
  }

  /** Once, and not after `stop`. */
  start(): void {
    clearTimeout(this.#late);
    if (this.#isStarted || this.#stopping) return;
    this.#isStarted = true;
    this.#supervisor.start(this.#spec);
  }

  stop(graceMs: number): Promise<void> {
    clearTimeout(this.#late);
    this.#stopping ??= this.#supervisor.stop(graceMs);
    return this.#stopping;
  }

  kill(): void {
    this.#supervisor.kill();
  }
}

function arenaEvents(onReady: (url: string) => void): SupervisorEvents {
  const paint = painter(process.stderr);
  const say = (line: string) => console.error(`${paint("dim", "[arena]")} ${line}`);
  return {
    onLine: (_, line) => say(line),
    onReady: (_, url) => onReady(url),
    onDeath: (_, how, waitMs) => say(`died (${how}); starts again in ${waitMs / 1000} s`),
    onGivenUp: (_, why) => say(paint("red", `the Arena is not served: ${inUpsWords(why)}`)),
  };
}

/** The child speaks of its own flags. */
const inUpsWords = (why: string) => why.replace(/--(host|port)\b/g, "--arena-$1");

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
