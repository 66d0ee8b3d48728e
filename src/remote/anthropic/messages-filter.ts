/**
 * @file The events of Anthropic's stream on their way from a server to a client that speaks the
 * same, looked at as bytes: whether it came to its end. An error of the server's is an end too, and
 * is in the client's own words already.
 */
import { UpstreamError } from "../../errors/upstream-errors.ts";
import type { MessageFilter } from "../../http/event-relay.ts";
import { renamed } from "../answer-name.ts";
import { withoutReturns } from "../without-returns.ts";

const nothing = Buffer.alloc(0);
/** At the beginning of a line alone: in a text the line's end is escaped. */
const ends = ["message_stop", "error"].flatMap((name) => [`event: ${name}\n`, `event:${name}\n`]);

export class MessagesFilter implements MessageFilter {
  failure: Error | null = null;
  isDone = false;
  readonly #model: string;
  /** To be told yet: the first event has it, later ones may have a `model` of a tool's. */
  #name: string | null;

  /**
   * @param model Our name for it, for errors.
   * @param name  What the client reads for the server's name of it; null: that name.
   */
  constructor(model: string, name: string | null = null) {
    this.#model = model;
    this.#name = name;
  }

  pass(given: Buffer): Buffer {
    if (this.isDone) return nothing;
    const messages = withoutReturns(given);
    this.isDone = ends.some((end) => messages.includes(`\n${end}`) || messages.indexOf(end) === 0);
    return this.#named(messages);
  }

  #named(messages: Buffer): Buffer {
    if (this.#name === null) return messages;
    const named = renamed(messages, this.#name, 1);
    if (named !== messages) this.#name = null;
    return named;
  }

  end(rest: Buffer): Buffer {
    const text = rest.toString("utf8").trim();
    // A last event without its blank line is one all the same; half of one is none.
    const passed = /^data: ?\{.*\}$/m.test(text) ? this.pass(Buffer.from(`${text}\n\n`)) : nothing;
    if (this.isDone) return passed;
    this.failure = new UpstreamError(
      this.#model,
      "ended its answer without saying that it is complete",
      "upstream_lost",
    );
    return nothing;
  }
}
