/**
 * @file From an iterator of events to node's response: the hottest path of the product, so events
 * that are ready at the same time leave in one write, and nothing stands between it and the socket.
 */
import type { ServerResponse } from "node:http";
import { toFailure } from "./failure.ts";

/** A silent stream is committed after this long, and then says `:` at least every second time. */
const tickMs = 5000;
const stallMs = 60_000;
/** What may wait in memory for a slow client before the source has to wait too. */
const pendingLimitBytes = 256 * 1024;

const eventStreamHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  "x-accel-buffering": "no",
};

export class EventPump {
  readonly #outgoing: ServerResponse;
  readonly #headers: Record<string, string>;
  readonly #source: AsyncIterator<string>;
  /** Written after the last event. */
  readonly #farewell: string;
  /** Events not yet written: they go out together at the end of this turn of the event loop. */
  #batch = "";
  #quiet = true;
  #stopped = false;
  #settle: (failure?: unknown) => void = () => {};
  #tick: NodeJS.Timeout | undefined;
  #stall: NodeJS.Timeout | undefined;

  constructor(
    outgoing: ServerResponse,
    headers: Record<string, string>,
    source: AsyncIterable<string>,
    farewell: string,
  ) {
    this.#outgoing = outgoing;
    this.#headers = { ...headers, ...eventStreamHeaders };
    this.#source = source[Symbol.asyncIterator]();
    this.#farewell = farewell;
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
    clearTimeout(this.#stall);
    if (!this.#stopped) this.#source.next().then(this.#onItem, this.#onFailure);
  };

  readonly #onItem = (item: IteratorResult<string>): void => {
    if (this.#stopped) return;
    if (item.done) {
      this.#finish(this.#farewell);
      return;
    }
    if (this.#batch === "") process.nextTick(this.#flush);
    this.#batch += `data: ${item.value}\n\n`;
    if (this.#outgoing.writableLength + this.#batch.length < pendingLimitBytes) this.#pull();
    else this.#waitForClient();
  };

  readonly #onFailure = (failure: unknown): void => {
    if (this.#stopped) return;
    if (this.#outgoing.headersSent || this.#batch !== "")
      this.#finish(`data: ${JSON.stringify(toFailure(failure).body)}\n\n`);
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
    clearTimeout(this.#stall);
    this.#outgoing.off("close", this.#onClose);
    this.#settle(failure);
  }

  #onTick(): void {
    if (this.#quiet) this.#write(":\n\n");
    this.#quiet = true;
  }

  #waitForClient(): void {
    this.#flush();
    this.#stall = setTimeout(() => this.#outgoing.destroy(), stallMs);
    if (this.#outgoing.writableNeedDrain) this.#outgoing.once("drain", this.#pull);
    else this.#pull();
  }
}
