/**
 * @file A stream of events passed through as bytes, cut only between events: were it cut inside
 * one, the event that tells of the loss could not be read.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApiError } from "../errors/api-error.ts";
import { Backlog } from "./backlog.ts";
import type { Lifeline } from "./lifeline.ts";

const eventEnd = "\n\n";
/** An event longer than this is not one of ours. */
const maxEventBytes = 4 * 1024 * 1024;

export class EventRelay {
  readonly #answer: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #lifeline: Lifeline;
  readonly #lost: () => ApiError;
  readonly #backlog: Backlog;
  /** The beginning of an event whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);
  #settle: ((isComplete: boolean) => void) | undefined;

  /** @param lost What the client is told when the other server dies. */
  constructor(
    answer: IncomingMessage,
    outgoing: ServerResponse,
    lifeline: Lifeline,
    lost: () => ApiError,
  ) {
    this.#answer = answer;
    this.#outgoing = outgoing;
    this.#lifeline = lifeline;
    this.#lost = lost;
    this.#backlog = new Backlog(outgoing);
  }

  /** True when all has been passed on; false when the other server was lost, or the client left. */
  run(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#outgoing.once("close", () => this.#stop(false));
      this.#answer.on("data", this.#onData);
      this.#answer.once("end", () => this.#finish(this.#rest, true));
      this.#answer.once("error", this.#onLoss).once("close", this.#onLoss);
      // It may have died since its first bytes came.
      if (this.#answer.destroyed && !this.#answer.readableEnded) this.#onLoss();
      else this.#answer.resume();
    });
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#lifeline.heard();
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const lastEnd = bytes.lastIndexOf(eventEnd);
    const whole = lastEnd === -1 ? 0 : lastEnd + eventEnd.length;
    this.#rest = bytes.subarray(whole);
    if (whole > 0) this.#outgoing.write(bytes.subarray(0, whole));
    if (this.#rest.length > maxEventBytes) this.#onLoss();
    else if (this.#backlog.isFull()) this.#waitForClient();
  };

  #waitForClient(): void {
    this.#lifeline.hold(true);
    this.#answer.pause();
    this.#backlog.whenRoom(() => {
      this.#lifeline.hold(false);
      this.#answer.resume();
    });
  }

  readonly #onLoss = (): void => {
    if (!this.#settle) return;
    this.#finish(`data: ${JSON.stringify(this.#lost().toBody())}${eventEnd}`, false);
    this.#answer.destroy();
  };

  #finish(last: string | Buffer, isComplete: boolean): void {
    if (!this.#settle) return;
    if (!this.#outgoing.destroyed) this.#outgoing.end(last);
    this.#stop(isComplete);
  }

  #stop(isComplete: boolean): void {
    this.#backlog.forget();
    this.#answer.off("data", this.#onData);
    this.#settle?.(isComplete);
    this.#settle = undefined;
  }
}
