/**
 * @file One server behind the worker: asked what it has as soon as it answers, and then every few
 * seconds whether it still does.
 */
import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "../../errors/usage-error.ts";
import type { HttpClient } from "../../http/client.ts";
import { urlInWords } from "../../http/url-in-words.ts";
import type { RemoteModel } from "../../remote/remote-model.ts";
import {
  type FoundModels,
  findModels,
  isWell,
  type RemoteUpstream,
} from "../../remote/remote-upstream.ts";
import { kindOf } from "../../remote/server-kinds.ts";
import { absenceInWords } from "./absence-in-words.ts";

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
  #suspicion = new AbortController();

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

  /** Ends the pause before the next look: a request found nobody there. Two looks are never at once. */
  suspect(): void {
    this.#suspicion.abort();
  }

  async close(): Promise<void> {
    this.#leaving.abort();
    this.#suspicion.abort();
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
      const isProxied = () => this.#client.isProxied(this.#upstream.url);
      this.#say(`${absenceInWords(error, isProxied)} It ${this.#again()}.`);
      this.#events.onAsked(error instanceof UsageError ? error : null);
      return null;
    }
  }

  async #whileWell(models: RemoteModel[]): Promise<void> {
    const [first] = models;
    if (first === undefined) return;
    const { isHosted } = kindOf(first.card.upstream?.kind);
    const everyMs = this.#pauses.healthMs ?? (isHosted ? usual.hostedHealthMs : usual.healthMs);
    for (let isSuspect = false; ; ) {
      if (isSuspect) await this.#pause(secondLookMs); // it was well: its clients may go on to doubt it
      isSuspect = await this.#untilSuspect(everyMs);
      if (this.#leaving.signal.aborted) return;
      if (await this.#unlessLeft(isWell(first))) continue;
      if (isSuspect) return; // the request was the first look
      await this.#pause(Math.min(secondLookMs, everyMs));
      if (!(await this.#unlessLeft(isWell(first)))) return;
    }
  }

  /** @returns whether it was cut short. */
  async #untilSuspect(ms: number): Promise<boolean> {
    if (this.#leaving.signal.aborted) return true;
    this.#suspicion = new AbortController();
    const { signal } = this.#suspicion;
    await wait(ms, undefined, { signal }).catch(() => {});
    return signal.aborted;
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
