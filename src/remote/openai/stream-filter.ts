/**
 * @file The events of an OpenAI stream on their way from a server to a client, looked at as bytes:
 * whether it came to its end, and whether one of them is an error in the server's own shape. Only
 * what looks like an error is parsed.
 */
import { ApiError, type ErrorBody } from "../../errors/api-error.ts";
import { UpstreamError } from "../../errors/upstream-errors.ts";
import type { MessageFilter } from "../../http/event-relay.ts";
import { renamed } from "../answer-name.ts";
import { errorIn } from "../stream-error.ts";
import { withoutReturns } from "../without-returns.ts";

const done = "[DONE]";
/** Python's `json.dumps` puts a space there; LightLLM says `""` until it has a reason. */
const finish = /"finish_reason": ?"[^"]/g;
const nothing = Buffer.alloc(0);

export class StreamFilter implements MessageFilter {
  failure: Error | null = null;
  isDone = false;
  readonly #model: string;
  /** How many answers must have said why they ended, and how many have. */
  readonly #answers: number;
  readonly #name: string | null;
  #finished = 0;
  /** Known from the first bytes. */
  #hasReturns: boolean | null = null;

  /**
   * @param model   Our name for it, for errors.
   * @param answers The stream has so many, side by side or one after the other.
   * @param name    What the client reads for the server's name of it; null: that name.
   */
  constructor(model: string, answers = 1, name: string | null = null) {
    this.#model = model;
    this.#answers = answers;
    this.#name = name;
  }

  pass(given: Buffer): Buffer {
    this.#hasReturns ??= given.includes("\r\n");
    const messages = this.#hasReturns ? withoutReturns(given) : given;
    if (this.failure !== null || this.isDone) return nothing; // what follows [DONE] is no answer
    const text = messages.toString("latin1"); // one look at the bytes; what is sought is ASCII
    if (mayFail(text)) return this.#named(this.#passUntilFailure(messages));
    this.#look(text);
    return this.#named(messages);
  }

  end(rest: Buffer): Buffer {
    const passed = rest.length > 0 ? this.#passLast(rest) : nothing;
    if (this.failure !== null) return nothing;
    if (this.isDone) return passed;
    if (this.#finished < this.#answers) {
      this.failure = new UpstreamError(
        this.#model,
        "ended its answer without saying that it is complete",
        "upstream_lost",
      );
      return nothing;
    }
    // Some servers never say it; clients of ours take its absence for a loss.
    return Buffer.concat([passed, Buffer.from(`data: ${done}\n\n`)]);
  }

  /** A last event without its blank line is one all the same; half of one is none. */
  #passLast(rest: Buffer): Buffer {
    const text = rest.toString("utf8").trim();
    return isWhole(text) ? this.pass(Buffer.from(`${text}\n\n`)) : nothing;
  }

  #named(messages: Buffer): Buffer {
    return this.#name === null ? messages : renamed(messages, this.#name);
  }

  #look(messages: string): void {
    if (this.#finished < this.#answers) this.#finished += messages.match(finish)?.length ?? 0;
    // The last words, which no text can be: a text has its quotation marks and brackets behind it.
    this.isDone = messages.slice(-done.length - 2).includes(done);
  }

  #passUntilFailure(messages: Buffer): Buffer {
    const passed: string[] = [];
    for (const message of messages.toString("utf8").split(/(?<=\n\n)/)) {
      this.failure = failureIn(message, this.#model);
      if (this.failure !== null) break;
      passed.push(message);
    }
    const text = passed.join("");
    this.#look(text);
    return Buffer.from(text);
  }
}

function isWhole(event: string): boolean {
  const data = /^data: ?(.*)$/.exec(event)?.[1];
  return data === "[DONE]" || (data !== undefined && /^\{.*\}$/.test(data) && parses(data));
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Every shape of an error has the word as a key; in a text the quotation mark is escaped. Some
 * servers name the event so, or the field (llama-server before 2025).
 */
function mayFail(messages: string): boolean {
  return messages.startsWith("e") || messages.includes('"error');
}

function failureIn(message: string, model: string): Error | null {
  const [, data] = /^(?:data|error): ?(.*)$/ms.exec(message.trim()) ?? [];
  if (data === undefined) return null;
  try {
    const json: unknown = JSON.parse(data.split("\n")[0] ?? "");
    const own = openAisOwn(json);
    return own === null ? errorIn(model, json) : new ToldError(own);
  } catch {
    return null;
  }
}

/** An error that is in OpenAI's shape already is told as it is. */
class ToldError extends ApiError {
  override readonly name = "ToldError";
  readonly status = 502;
  readonly type = "server_error";
  readonly code: string | null;
  readonly #body: ErrorBody;

  constructor(body: ErrorBody) {
    super(body.error.message);
    this.code = body.error.code;
    this.#body = body;
  }

  override toBody(): ErrorBody {
    return this.#body;
  }
}

function openAisOwn(json: unknown): ErrorBody | null {
  const { error } = (json ?? {}) as { error?: Record<string, unknown> };
  if (typeof error !== "object" || error === null) return null;
  const { message, type, code = null } = error;
  const isTold = typeof message === "string" && typeof type === "string";
  return isTold && (code === null || typeof code === "string") ? (json as ErrorBody) : null;
}
