/**
 * @file A request that goes on as it came, and the answer's bytes as they come: where client and
 * server speak the same dialect, nothing of either has to be understood.
 */
import type { Context } from "hono";
import { AnswerTooLargeError } from "../errors/limit-errors.ts";
import { UpstreamError } from "../errors/upstream-errors.ts";
import type { HttpAnswer } from "../http/client.ts";
import { nextHop } from "../http/hops.ts";
import { passAnswer } from "../http/passed-answer.ts";
import { renamedWhole } from "./answer-name.ts";
import { MessagesFilter } from "./anthropic/messages-filter.ts";
import { isMessagesPath, versionHeaders } from "./anthropic/passed-messages.ts";
import { StreamFilter } from "./openai/stream-filter.ts";
import type { RemoteModel } from "./remote-model.ts";
import { located } from "./server-address.ts";
import { kindOf } from "./server-kinds.ts";
import { errorIn } from "./stream-error.ts";
import {
  notJson,
  openAnswer,
  parsed,
  readWhole,
  silent,
  type UpstreamServer,
} from "./upstream-call.ts";

/** More than this in one event is no answer. */
const maxEventBytes = 8 << 20;

/** The server's own path for a path of ours, where it can be passed on; as `server-kinds.ts` has it. */
export function passedPath({ card, streams }: RemoteModel, path: string): string | null {
  if (streams === false) return null; // who cannot stream is asked by the speaker
  const { passes } = kindOf(card.upstream?.kind);
  const own = path.startsWith("/v1/") ? path.slice("/v1".length) : `/${path}`;
  return passes.includes(own) ? own : null;
}

/**
 * @param path As `passedPath` has it.
 * @param name By which the client asked for the model, and is answered.
 * @throws {ApiError} the server refused, failed, or fell silent before the first byte.
 */
export function passOn(
  c: Context,
  { server, card, upstreamModel }: RemoteModel,
  path: string,
  body: Asked,
  name: string = card.id,
): Promise<Response> {
  const told = name === upstreamModel ? null : name;
  const isMessages = isMessagesPath(path);
  const asking = withHeaders(server, { ...nextHop(c), ...(isMessages && versionHeaders(c)) });
  const [place, own] = located(asking, path);
  const ask = (signal: AbortSignal) => openAnswer(place, { path: own, body, signal });
  return passAnswer(c, ask, {
    isStream: body.stream === true,
    silenceMs: server.silenceMs,
    filter: isMessages
      ? new MessagesFilter(card.id, told)
      : new StreamFilter(card.id, answersTo(body), told),
    readWhole: async (answer) => {
      const whole = await wholeJson(server, answer);
      return told === null ? whole : renamedWhole(whole, told, clientsOwn(path));
    },
    lost: (why) => {
      if (why === "silent") return silent(server);
      if (why === "too-large") return new AnswerTooLargeError(maxEventBytes);
      return new UpstreamError(card.id, "broke off its answer", "upstream_lost");
    },
  });
}

/** Where an answer has JSON that the client may have written. */
function clientsOwn(path: string): string | null {
  if (isMessagesPath(path)) return "content";
  return path.includes("rerank") ? "results" : null;
}

type Asked = { stream?: unknown; n?: unknown; prompt?: unknown };

/** `n` of them to each prompt; tokens are one prompt. */
function answersTo({ n, prompt }: Asked): number {
  const prompts = Array.isArray(prompt) && typeof prompt[0] !== "number" ? prompt.length : 1;
  return prompts * (typeof n === "number" ? n : 1);
}

function withHeaders(server: UpstreamServer, more: Record<string, string>): UpstreamServer {
  return { ...server, headers: { ...server.headers, ...more } };
}

const errorAtStart = /^\s*\{\s*"(error"|error_|object"\s*:\s*"error")/;

/** Not parsed, but for its brackets; some servers send errors with 200. */
async function wholeJson(server: UpstreamServer, answer: HttpAnswer): Promise<Buffer> {
  const bytes = await readWhole(server, answer);
  const [head, tail] = [bytes.subarray(0, 64), bytes.subarray(-16)].map((part) => part.toString());
  if (!/^\s*[{[]/.test(head ?? "") || !/[}\]]\s*$/.test(tail ?? "")) throw notJson(server);
  if (!errorAtStart.test(head ?? "")) return bytes;
  const error = errorIn(server.model, parsed(server, bytes));
  if (error !== null) throw error;
  return bytes;
}
