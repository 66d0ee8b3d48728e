/**
 * @file From an iterator of events to node's response: the hottest path of the product, so events
 * that are ready at the same time leave in one write, and nothing stands between it and the socket.
 */
import type { ServerResponse } from "node:http";
import type { Framing } from "../dialects/dialect.ts";
import { Backlog } from "./backlog.ts";

/** A silent stream is committed after this long, and then pings at least every second time. */
const tickMs = 5000;

export type PumpOptions = {
  outgoing: ServerResponse;
  headers: Record<string, string>;
  framing: Framing;
  /** The framed last words of a stream that fails. */
  onFailure: (failure: unknown) => string;
};

export class EventPump {
  readonly #outgoing: ServerResponse;
  readonly #headers: Record<string, string>;
  readonly #backlog: Backlog;
  readonly #source: AsyncIterator<string>;
  readonly #framing: Framing;
  readonly #lastWords: (failure: unknown) => string;
  /** Events not yet written: they go out together at the end of this turn of the event loop. */
  #batch = "";
  #quiet = true;
  #stopped = false;
  #settle: (failure?: unknown) => void = () => {};
  #tick: NodeJS.Timeout | undefined;

  constructor(
    source: AsyncIterable<string>,
    { outgoing, headers, framing, onFailure }: PumpOptions,
  ) {
    this.#outgoing = outgoing;
    this.#backlog = new Backlog(outgoing);
    this.#headers = {
      ...headers,
      "content-type": framing.contentType,
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    };
    this.#source = source[Symbol.asyncIterator]();
    this.#framing = framing;
    this.#lastWords = onFailure;
  }

  /** Settles when the answer is complete or the client gone; rejects only before the first byte. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = (failure) => (failure === undefined ? resolve() : reject(failure));
      this.#tick = setInterval(() => this.#onTick(), tickMs);
      if (this.#outgoing.destroyed) this.#onClose();
      else this.#outgoing.once("close", this.#onClose);
      this.#pull();
    });
  }

  readonly #pull = (): void => {
    if (!this.#stopped) this.#source.next().then(this.#onItem, this.#onFailure);
  };

  readonly #onItem = (item: IteratorResult<string>): void => {
    if (this.#stopped) return;
    if (item.done) {
      this.#finish(this.#framing.farewell);
      return;
    }
    if (this.#batch === "") process.nextTick(this.#flush);
    this.#batch += this.#framing.before + item.value + this.#framing.after;
    if (this.#backlog.isFull(this.#batch.length)) {
      this.#flush();
      this.#backlog.whenRoom(this.#pull);
    } else this.#pull();
  };

  readonly #onFailure = (failure: unknown): void => {
    if (this.#stopped) return;
    if (this.#outgoing.headersSent || this.#batch !== "") this.#finish(this.#lastWords(failure));
    else this.#stop(failure);
  };

  readonly #onClose = (): void => {
    this.#stop();
    // A source that fails while it is being left has nobody to tell.
    this.#source.return?.().catch(() => {});
  };

  readonly #flush = (): void => {
    const batch = this.#batch;
    this.#batch = "";
    if (batch !== "" && !this.#stopped) this.#write(batch);
  };

  #write(text: string): void {
    this.#commit();
    this.#outgoing.write(text);
    this.#quiet = false;
  }

  #commit(): void {
    if (!this.#outgoing.headersSent) this.#outgoing.writeHead(200, this.#headers);
  }

  #finish(last: string): void {
    this.#commit();
    this.#outgoing.end(this.#batch + last);
    this.#stop();
  }

  #stop(failure?: unknown): void {
    this.#stopped = true;
    clearInterval(this.#tick);
    this.#backlog.forget();
    this.#outgoing.off("close", this.#onClose);
    this.#settle(failure);
  }

  #onTick(): void {
    if (this.#quiet) this.#write(this.#framing.ping);
    this.#quiet = true;
  }
}
