/**
 * @file One server behind the worker: asked what it has as soon as it answers, and then every few
 * seconds whether it still does.
 */
import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "../../errors/usage-error.ts";
import type { HttpClient } from "../../http/client.ts";
import { ProxyError } from "../../http/proxies.ts";
import { urlInWords } from "../../http/url-in-words.ts";
import type { RemoteModel } from "../../remote/remote-model.ts";
import {
  type FoundModels,
  findModels,
  isWell,
  type RemoteUpstream,
} from "../../remote/remote-upstream.ts";
import { kindOf } from "../../remote/server-kinds.ts";

export type WatchEvents = {
  onFound: (found: FoundModels) => void;
  /** Has been asked what it has; null: it has it, or is away. */
  onAsked: (refusal: UsageError | null) => void;
  /** It does not answer any more. */
  onAway: () => void;
  log: (line: string) => void;
};

export type WatchPauses = {
  /** Between two looks at one that is well; default 10 s, 60 s where it is paid for. */
  healthMs?: number | undefined;
  /** Between two looks at one that is away; default 3 s. */
  retryMs?: number | undefined;
};

const usual = { healthMs: 10_000, hostedHealthMs: 60_000, retryMs: 3000 };
/** A server may be too busy to answer once. */
const secondLookMs = 1000;

export class UpstreamWatch {
  readonly #upstream: RemoteUpstream;
  readonly #client: HttpClient;
  readonly #events: WatchEvents;
  readonly #pauses: WatchPauses;
  readonly #leaving = new AbortController();
  readonly #done: Promise<void>;
  #lastReason = "";

  constructor(
    upstream: RemoteUpstream,
    client: HttpClient,
    events: WatchEvents,
    pauses: WatchPauses = {},
  ) {
    this.#upstream = upstream;
    this.#client = client;
    this.#events = events;
    this.#pauses = pauses;
    this.#done = this.#run();
  }

  async close(): Promise<void> {
    this.#leaving.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#leaving.signal.aborted) {
      const found = await this.#find();
      if (found !== null) {
        this.#events.onFound(found);
        await this.#whileWell(found.models);
        if (this.#leaving.signal.aborted) return;
        this.#events.onAway();
        this.#say(`it does not answer any more; it ${this.#again()}`);
      }
      await this.#pause(this.#retryMs);
    }
  }

  get #retryMs(): number {
    return this.#pauses.retryMs ?? usual.retryMs;
  }

  #again(): string {
    return `is asked again every ${this.#retryMs / 1000} s until its models can be served`;
  }

  async #find(): Promise<FoundModels | null> {
    try {
      const found = await this.#unlessLeft(findModels(this.#upstream, this.#client));
      this.#lastReason = "";
      this.#events.onAsked(null);
      return found;
    } catch (error) {
      this.#say(`${reasonOf(error)} It ${this.#again()}.`);
      this.#events.onAsked(error instanceof UsageError ? error : null);
      return null;
    }
  }

  async #whileWell(models: RemoteModel[]): Promise<void> {
    const [first] = models;
    if (first === undefined) return;
    const { isHosted } = kindOf(first.card.upstream?.kind);
    const everyMs = this.#pauses.healthMs ?? (isHosted ? usual.hostedHealthMs : usual.healthMs);
    for (;;) {
      await this.#pause(everyMs);
      if (this.#leaving.signal.aborted) return;
      if (await this.#unlessLeft(isWell(first))) continue;
      await this.#pause(Math.min(secondLookMs, everyMs));
      if (!(await this.#unlessLeft(isWell(first)))) return;
    }
  }

  /** Nobody waits for the server any more once we leave: null. What was asked ends with the client. */
  #unlessLeft<T>(asked: Promise<T>): Promise<T | null> {
    const { signal } = this.#leaving;
    return new Promise((resolve, reject) => {
      const leave = () => resolve(null);
      if (signal.aborted) leave();
      signal.addEventListener("abort", leave, { once: true });
      asked.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
    });
  }

  /** Each new reason once. */
  #say(reason: string): void {
    if (reason !== this.#lastReason)
      this.#events.log(`${urlInWords(this.#upstream.url)}: ${reason}`);
    this.#lastReason = reason;
  }

  async #pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#leaving.signal }).catch(() => {});
  }
}

/** The log may have what clients are not told: where the proxy on the way is. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  return cause instanceof ProxyError ? `It cannot be reached: ${cause.message}.` : message;
}
