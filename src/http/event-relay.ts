/**
 * @file A stream of messages passed through as bytes, cut only between two: were it cut inside
 * one, the message that tells of the loss could not be read.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Backlog } from "./backlog.ts";
import type { Lifeline } from "./lifeline.ts";

const space = 0x20;
/** A message longer than this is not one of ours. */
const maxMessageBytes = 4 * 1024 * 1024;

export class EventRelay {
  readonly #answer: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #lifeline: Lifeline;
  /** What ends a message: a blank line, or a line's end. */
  readonly #messageEnd: string;
  readonly #lost: () => string;
  readonly #backlog: Backlog;
  /** The beginning of a message whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);
  #settle: ((isComplete: boolean) => void) | undefined;

  /**
   * @param messageEnd What each message of the stream ends with.
   * @param lost       The message that tells the client that the other server died.
   */
  constructor(
    answer: IncomingMessage,
    outgoing: ServerResponse,
    lifeline: Lifeline,
    messageEnd: string,
    lost: () => string,
  ) {
    this.#answer = answer;
    this.#outgoing = outgoing;
    this.#lifeline = lifeline;
    this.#messageEnd = messageEnd;
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
    const whole = this.#endOfWhole(bytes);
    this.#rest = bytes.subarray(whole);
    if (whole > 0) this.#outgoing.write(bytes.subarray(0, whole));
    if (this.#rest.length > maxMessageBytes) this.#onLoss();
    else if (this.#backlog.isFull()) this.#waitForClient();
  };

  /** Up to where the bytes can be passed on; white space is a ping between lines, and passes too. */
  #endOfWhole(bytes: Buffer): number {
    const lastEnd = bytes.lastIndexOf(this.#messageEnd);
    const whole = lastEnd === -1 ? 0 : lastEnd + this.#messageEnd.length;
    return bytes.subarray(whole).every((byte) => byte === space) ? bytes.length : whole;
  }

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
    this.#finish(this.#lost(), false);
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
