/**
 * @file What a slow client has not read yet: it may pile up to 256 KiB, then the source waits; a
 * client that does not make room within 60 s is cut.
 */
import type { ServerResponse } from "node:http";

const limitBytes = 256 * 1024;
const stallMs = 60_000;

export class Backlog {
  readonly #outgoing: ServerResponse;
  #stall: NodeJS.Timeout | undefined;

  constructor(outgoing: ServerResponse) {
    this.#outgoing = outgoing;
  }

  isFull(unwrittenBytes = 0): boolean {
    return this.#outgoing.writableLength + unwrittenBytes >= limitBytes;
  }

  /** Calls back once there is room; never, when the client is cut or leaves. */
  whenRoom(go: () => void): void {
    if (!this.#outgoing.writableNeedDrain) {
      go();
      return;
    }
    this.#stall = setTimeout(() => this.#outgoing.destroy(), stallMs);
    this.#outgoing.once("drain", () => {
      this.forget();
      go();
    });
  }

  forget(): void {
    clearTimeout(this.#stall);
  }
}
