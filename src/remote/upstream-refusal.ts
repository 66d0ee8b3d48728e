/** @file What another server says instead of an answer, as an error of ours. */
import type { ApiError } from "../errors/api-error.ts";
import { ContextLengthError, InvalidRequestError } from "../errors/request-errors.ts";
import { UpstreamBusyError, UpstreamError } from "../errors/upstream-errors.ts";

/** The pieces of an error body, whatever server it is from. */
type Said = {
  message: string;
  code: string | null;
  param: string | null;
  /** llama-server's, beside its message. */
  figures?: { given: unknown; size: unknown };
};

/** Longer ones are cut: a page of HTML is no sentence. */
const maxMessageChars = 600;

/**
 * What the client is told. What is wrong with the request stays the client's 400; what is wrong
 * between us and the server (its key, its address) is our 502.
 *
 * @param text The body, in the form of OpenAI, Anthropic, Gemini, TGI, Ollama, FastChat, FastAPI, or none.
 * @param sentKey Whether there is a key that it may refuse, and repeat.
 */
export function upstreamRefusal(
  model: string,
  status: number,
  text: string,
  retryAfter: string | undefined,
  sentKey = true,
): ApiError {
  const said = saidIn(text, status);
  const { message, code, param } = said;
  if (status === 429 || status === 529)
    return new UpstreamBusyError(model, message, retryAfter ?? googlesDelay(text));
  if (status === 401 || status === 403 || badKey.test(text))
    return sentKey ? shutOut(model, status, text, message) : keyless(model, status, message);
  if (status === 404 || status === 405)
    return new UpstreamError(model, `does not know this: ${message}`, "upstream_not_found");
  if (status === 413) return new InvalidRequestError(message, param, code ?? "request_too_large");
  if (status >= 400 && status < 500) return toRefused(said);
  return new UpstreamError(model, `failed (${status}): ${message}`);
}

/** Google's, whose status is 400; then OpenAI's, Anthropic's and LiteLLM's, which may come in a stream. */
const badKey =
  /"reason":\s*"API_KEY_INVALID"|"(?:code|type)":\s*"(?:invalid_api_key|authentication_error|permission_error|auth_error)"/;

/** What a server says that refuses for the key's sake, or repeats it: whole, or as `sk-12***89`. */
const keyWords = /key|token|credential|auth|secret|permission|\*\*|[\w-]{20}/i;

/** A 403 may be of its guard, or of a proxy on the way: then what it says helps, and holds no key. */
function shutOut(model: string, status: number, text: string, said: string): UpstreamError {
  if (status !== 403 || badKey.test(text) || keyWords.test(said)) return keyRefused(model, said);
  return new UpstreamError(model, `refuses this (403): ${inShort(said)}`, "upstream_refused");
}

function keyless(model: string, status: number, said: string): UpstreamError {
  const what = `refuses this, and no key was sent (${status}): ${inShort(said)}`;
  return new UpstreamError(model, what, "upstream_unauthorized");
}

/** One line, without the full stop that our own sentence ends with. */
function inShort(said: string): string {
  const line = said.replace(/\s+/g, " ").replace(/\.$/, "");
  return line.length <= 200 ? line : `${line.slice(0, 200)}…`;
}

/** Many servers repeat the key, or a part of it: what they say is for nobody's eyes. */
function keyRefused(model: string, said: string): UpstreamError {
  const refused = new UpstreamError(model, "refuses our key", "upstream_unauthorized");
  return Object.assign(refused, { cause: new Error(said) });
}

/** Seconds, where Google says in the body when to come back. */
function googlesDelay(text: string): string | null {
  const [, seconds] = /"retryDelay":\s*"(\d+)(?:\.\d+)?s"/.exec(text) ?? [];
  return seconds ?? null;
}

/** A prompt that is too long, in the words of each server: how much it reads, and what it was given. */
const overflows = [
  // vLLM and OpenAI; then SGLang.
  /maximum context length (?:is|of) (?<size>\d+) tokens\D+(?:resulted in|requested(?: a total of)?|has) (?<given>\d+) (?:input )?tokens/i,
  /must have less than (?<size>\d+) tokens\. Given: (?<given>\d+)/, // TGI
  /input token count \(?(?<given>\d+)\)? exceeds the maximum number of tokens allowed \(?(?<size>\d+)/i, // Gemini
];
/** FastChat's, OpenAI's and llama-server's. */
const overflowCodes = new Set(["40303", "context_length_exceeded", "exceed_context_size_error"]);
/** Anthropic's own clients know an overflow by its words, so they stay. */
const overflowWords =
  /maximum context length|context size|^prompt is too long|input token len \d+ is too long/i;

function toRefused({ message, param, code, figures }: Said): ApiError {
  const told = overflows.map((pattern) => pattern.exec(message)?.groups).find(Boolean) ?? figures;
  const [given, size] = [Number(told?.given), Number(told?.size)];
  if (given > size) return new ContextLengthError(given, size, param ?? "messages");
  const isOverflow = overflowCodes.has(code ?? "") || overflowWords.test(message);
  return new InvalidRequestError(message, param, isOverflow ? "context_length_exceeded" : code);
}

function saidIn(text: string, status: number): Said {
  try {
    return saidInJson(JSON.parse(text)) ?? plain(text, status);
  } catch {
    return plain(text, status);
  }
}

function plain(text: string, status: number): Said {
  const isPage = /^\s*</.test(text);
  const [, said = ""] = isPage ? (/<title>([^<]+)/i.exec(text) ?? []) : [null, text];
  const message = said.trim() || `it answered ${status}`;
  return { message: cut(message), code: null, param: null };
}

function saidInJson(json: unknown): Said | null {
  if (Array.isArray(json)) return saidInJson(json[0]); // Gemini's streams
  if (typeof json !== "object" || json === null) return null;
  const body = json as Record<string, unknown>;
  const inner = typeof body.error === "object" && body.error !== null ? body.error : body;
  const fields = inner as Record<string, unknown>;
  const message = textIn(fields.message, body.error, body.message, body.detail, fields.detail);
  if (message === null) return null;
  return {
    message: cut(message),
    code: codeIn(fields),
    param: textIn(fields.param),
    figures: { given: fields.n_prompt_tokens, size: fields.n_ctx },
  };
}

/** Some repeat the status there, or say no more than that the request is wrong. */
function codeIn({ code, type }: Record<string, unknown>): string | null {
  const isStatus = Number(code) >= 400 && Number(code) < 600;
  if (!isStatus && (typeof code === "string" || typeof code === "number") && code !== "")
    return String(code);
  return typeof type === "string" && overflowCodes.has(type) ? type : null;
}

/** The first that says something; what is no text is shown as JSON. */
function textIn(...values: unknown[]): string | null {
  for (const value of values) {
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
    if (typeof value === "object" && value !== null) return JSON.stringify(value);
  }
  return null;
}

function cut(message: string): string {
  return message.length <= maxMessageChars ? message : `${message.slice(0, maxMessageChars)}…`;
}
