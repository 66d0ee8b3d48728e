/** @file What sets one family of clients apart on the wire: how it reads failures and streams. */
import type { ErrorBody } from "../errors/api-error.ts";

/** How a stream's messages follow one another, as text around each of them. */
export type Framing = {
  contentType: string;
  before: string;
  /** The end of a message: nothing else on the wire looks like it. */
  after: string;
  /** Said in a silence, so that nobody takes the stream for dead. */
  ping: string;
  /** Said after the last message of a complete stream. */
  farewell: string;
  /** The whole last message of a stream that failed, framed. */
  failure(body: object): string;
};

export type Dialect = {
  /** The body of an answer that is a failure. */
  toFailureBody(body: ErrorBody, status: number, requestId: string): object;
  stream: Framing;
};
