/**
 * @file A stream of messages passed through as bytes, cut only between two: were it cut inside
 * one, the message that tells of the loss could not be read.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Backlog } from "./backlog.ts";
import type { Lifeline } from "./lifeline.ts";

const space = 0x20;
/** The log-probabilities of a long prompt are one message; a longer one is not held. */
export const maxMessageBytes = 64 * 1024 * 1024;

/** How a stream ended: lost is the other server, or the client has left. */
export type StreamEnd = "complete" | "lost" | "too-large";

export class EventRelay {
  readonly #answer: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #lifeline: Lifeline;
  /** What ends a message: a blank line, or a line's end. */
  readonly #messageEnd: string;
  readonly #wordsFor: (end: Exclude<StreamEnd, "complete">) => string;
  readonly #backlog: Backlog;
  /** The beginning of a message whose end has not come yet. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #settle: ((end: StreamEnd) => void) | undefined;

  /**
   * @param messageEnd What each message of the stream ends with.
   * @param wordsFor   The message that tells the client why the stream is broken off.
   */
  constructor(
    answer: IncomingMessage,
    outgoing: ServerResponse,
    lifeline: Lifeline,
    messageEnd: string,
    wordsFor: (end: Exclude<StreamEnd, "complete">) => string,
  ) {
    this.#answer = answer;
    this.#outgoing = outgoing;
    this.#lifeline = lifeline;
    this.#messageEnd = messageEnd;
    this.#wordsFor = wordsFor;
    this.#backlog = new Backlog(outgoing);
  }

  run(): Promise<StreamEnd> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#outgoing.once("close", () => this.#stop("lost"));
      this.#answer.on("data", this.#onData);
      this.#answer.once("end", () => this.#finish(Buffer.concat(this.#rest), "complete"));
      this.#answer.once("error", this.#onLoss).once("close", this.#onLoss);
      // It may have died since its first bytes came.
      if (this.#answer.destroyed && !this.#answer.readableEnded) this.#onLoss();
      else this.#answer.resume();
    });
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#lifeline.heard();
    const bytes = this.#withSeam(chunk);
    const whole = this.#endOfWhole(bytes);
    if (whole > 0) this.#outgoing.write(this.#take(bytes.subarray(0, whole)));
    this.#keep(bytes.subarray(whole));
    if (this.#restBytes > maxMessageBytes) this.#breakOff("too-large");
    else if (this.#backlog.isFull()) this.#waitForClient();
  };

  /** The end of a message may have come in two parts; all that came before has none in it. */
  #withSeam(chunk: Buffer): Buffer {
    const before = this.#rest.at(-1);
    const seam = Math.min(before?.length ?? 0, this.#messageEnd.length - 1);
    if (before === undefined || seam === 0) return chunk;
    this.#rest[this.#rest.length - 1] = before.subarray(0, -seam);
    this.#restBytes -= seam;
    return Buffer.concat([before.subarray(-seam), chunk]);
  }

  /** Up to where the bytes can be passed on; white space is a ping between lines, and passes too. */
  #endOfWhole(bytes: Buffer): number {
    const lastEnd = bytes.lastIndexOf(this.#messageEnd);
    if (lastEnd === -1 && this.#restBytes > 0) return 0;
    const whole = lastEnd === -1 ? 0 : lastEnd + this.#messageEnd.length;
    return bytes.subarray(whole).every((byte) => byte === space) ? bytes.length : whole;
  }

  #take(end: Buffer): Buffer {
    const whole = this.#rest.length > 0 ? Buffer.concat([...this.#rest, end]) : end;
    this.#rest = [];
    this.#restBytes = 0;
    return whole;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#rest.push(part);
    this.#restBytes += part.length;
  }

  #waitForClient(): void {
    this.#lifeline.hold(true);
    this.#answer.pause();
    this.#backlog.whenRoom(() => {
      this.#lifeline.hold(false);
      this.#answer.resume();
    });
  }

  readonly #onLoss = (): void => this.#breakOff("lost");

  #breakOff(end: Exclude<StreamEnd, "complete">): void {
    if (!this.#settle) return;
    this.#finish(this.#wordsFor(end), end);
    this.#answer.destroy();
  }

  #finish(last: string | Buffer, end: StreamEnd): void {
    if (!this.#settle) return;
    if (!this.#outgoing.destroyed) this.#outgoing.end(last);
    this.#stop(end);
  }

  #stop(end: StreamEnd): void {
    this.#backlog.forget();
    this.#answer.off("data", this.#onData);
    this.#settle?.(end);
    this.#settle = undefined;
  }
}
