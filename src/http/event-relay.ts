/**
 * @file A stream of messages passed through as bytes, cut only between two: were it cut inside
 * one, the message that tells of the loss could not be read.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Backlog } from "./backlog.ts";
import type { Listener } from "./silence.ts";

const space = 0x20;
const nothing = Buffer.alloc(0);
const carriageReturn = 0x0d;
/** From the last word of a stream to the end of its answer. */
const farewellMs = 1000;
/** The log-probabilities of a long prompt are one message; a longer one is not held. */
export const maxMessageBytes = 64 * 1024 * 1024;

/**
 * How a stream ended: lost is the other server, or the client has left; failed is what a filter
 * made of its messages.
 */
export type StreamEnd = "complete" | "lost" | "too-large" | "failed";

/** Looks at messages on their way. */
export type MessageFilter = {
  /** What of them the client gets. */
  pass(messages: Buffer): Buffer;
  /** Set by `pass` or `end`: the stream is broken off with it. */
  readonly failure: Error | null;
  /** Its last word has passed, whether or not the server ends its answer with it. */
  readonly isDone: boolean;
  /** The server has said all. What is added to it, or nothing. */
  end(rest: Buffer): Buffer;
};

export type RelayLimits = {
  filter?: MessageFilter;
  /** Bytes of one message; default 64 MiB. */
  maxBytes?: number;
};

export class EventRelay {
  readonly #answer: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #listener: Listener;
  /** What ends a message: a blank line, or a line's end. */
  #messageEnd: string;
  #isEndKnown: boolean;
  readonly #wordsFor: (end: Exclude<StreamEnd, "complete">) => string;
  readonly #filter: MessageFilter | undefined;
  readonly #maxBytes: number;
  readonly #backlog: Backlog;
  /** Of this turn of the event loop: a write for each piece would cost more than all the rest. */
  #arrived: Buffer[] = [];
  /** The beginning of a message whose end has not come yet. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #settle: ((end: StreamEnd) => void) | undefined;

  /**
   * @param messageEnd What each message of the stream ends with; null: a blank line, and whether
   *                   its lines end with LF or CRLF is seen at the first of them.
   * @param wordsFor   The message that tells the client why the stream is broken off.
   */
  constructor(
    answer: IncomingMessage,
    outgoing: ServerResponse,
    listener: Listener,
    messageEnd: string | null,
    wordsFor: (end: Exclude<StreamEnd, "complete">) => string,
    { filter, maxBytes = maxMessageBytes }: RelayLimits = {},
  ) {
    this.#answer = answer;
    this.#outgoing = outgoing;
    this.#listener = listener;
    this.#messageEnd = messageEnd ?? "\n\n";
    this.#isEndKnown = messageEnd !== null;
    this.#wordsFor = wordsFor;
    this.#filter = filter;
    this.#maxBytes = maxBytes;
    this.#backlog = new Backlog(outgoing);
  }

  run(): Promise<StreamEnd> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#outgoing.once("close", () => this.#stop("lost"));
      this.#answer.on("data", this.#onData);
      this.#answer.once("end", this.#onEnd);
      this.#answer.once("error", this.#onLoss).once("close", this.#onLoss);
      // It may have died since its first bytes came.
      if (this.#answer.destroyed && !this.#answer.readableEnded) this.#onLoss();
      else this.#answer.resume();
    });
  }

  readonly #onData = (piece: Buffer): void => {
    if (this.#arrived.push(piece) === 1) process.nextTick(this.#passArrived);
  };

  readonly #passArrived = (): void => {
    if (this.#arrived.length === 0) return;
    const chunk = Buffer.concat(this.#arrived);
    this.#arrived = [];
    this.#listener.heard();
    if (!this.#isEndKnown) this.#learnMessageEnd(chunk);
    const bytes = this.#withSeam(chunk);
    const whole = this.#endOfWhole(bytes);
    if (whole > 0) this.#write(this.#take(bytes.subarray(0, whole)));
    this.#keep(bytes.subarray(whole));
    if (this.#filter?.failure) this.#breakOff("failed");
    else if (this.#filter?.isDone) this.#leave();
    else if (this.#restBytes > this.#maxBytes) this.#breakOff("too-large");
    else if (this.#backlog.isFull()) this.#waitForClient();
  };

  /** TabbyAPI, and whatever else stands on sse-starlette, says CRLF. */
  #learnMessageEnd(chunk: Buffer): void {
    const at = chunk.indexOf("\n");
    if (at === -1) return;
    const before = at > 0 ? chunk[at - 1] : this.#rest.at(-1)?.at(-1);
    if (before === carriageReturn) this.#messageEnd = "\r\n\r\n";
    this.#isEndKnown = true;
  }

  #write(messages: Buffer): void {
    const passed = this.#filter?.pass(messages) ?? messages;
    if (passed.length > 0) this.#outgoing.write(passed);
  }

  readonly #onEnd = (): void => {
    this.#passArrived();
    const rest = Buffer.concat(this.#rest);
    const last = this.#filter?.end(rest) ?? rest;
    if (this.#filter?.failure) this.#breakOff("failed");
    else this.#finish(last, "complete");
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
    if (whole === bytes.length) return whole;
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
    this.#listener.hold(true);
    this.#answer.pause();
    this.#backlog.whenRoom(() => {
      this.#listener.hold(false);
      this.#answer.resume();
    });
  }

  /** An answer that ends with its last word leaves a connection of use; another one is closed. */
  #leave(): void {
    this.#finish(nothing, "complete");
    const timer = setTimeout(() => this.#answer.destroy(), farewellMs).unref();
    this.#answer.once("close", () => clearTimeout(timer)).resume();
  }

  readonly #onLoss = (): void => {
    this.#passArrived();
    this.#breakOff("lost");
  };

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
    this.#arrived = [];
    this.#answer.off("data", this.#onData);
    this.#settle?.(end);
    this.#settle = undefined;
  }
}
