/** @file What another server says instead of an answer, as an error of ours. */
import {
  type ApiError,
  ContextLengthError,
  InvalidRequestError,
  UpstreamBusyError,
  UpstreamError,
} from "../errors/api-error.ts";

/** The pieces of an error body, whatever server it is from. */
type Said = { message: string; code: string | null; param: string | null };

/** Longer ones are cut: a page of HTML is no sentence. */
const maxMessageChars = 600;

/**
 * What the client is told. What is wrong with the request stays the client's 400; what is wrong
 * between us and the server (its key, its address) is our 502.
 *
 * @param text The body, in the form of OpenAI, Anthropic, Gemini, TGI, Ollama, FastChat, FastAPI, or none.
 */
export function upstreamRefusal(
  model: string,
  status: number,
  text: string,
  retryAfter: string | undefined,
): ApiError {
  const { message, code, param } = saidIn(text, status);
  if (status === 429 || status === 529)
    return new UpstreamBusyError(model, message, retryAfter ?? null);
  if (status === 401 || status === 403)
    return new UpstreamError(model, `refuses our key: ${message}`, "upstream_unauthorized");
  if (status === 404 || status === 405)
    return new UpstreamError(model, `does not know this: ${message}`, "upstream_not_found");
  if (status === 413) return new InvalidRequestError(message, param, code ?? "request_too_large");
  if (status >= 400 && status < 500) return toRefused(message, param, code);
  return new UpstreamError(model, `failed (${status}): ${message}`);
}

/** FastChat's and llama-server's words for a prompt that is too long become OpenAI's code. */
function toRefused(message: string, param: string | null, code: string | null): ApiError {
  const figures =
    /maximum context length (?:is|of) (\d+) tokens\D+(?:resulted in|requested|has) (\d+) tokens/i.exec(
      message,
    );
  if (code === "40303" || code === "context_length_exceeded" || figures !== null) {
    if (figures === null) return new InvalidRequestError(message, param, "context_length_exceeded");
    const [, size, asked] = figures;
    return new ContextLengthError(Number(asked), Number(size), param ?? "messages");
  }
  if (code === "exceed_context_size_error")
    return new InvalidRequestError(message, param, "context_length_exceeded");
  return new InvalidRequestError(message, param, code);
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
  const message = isPage || text.trim() === "" ? `it answered ${status}` : text.trim();
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
  const code = textIn(fields.code, fields.type, body.error_type, body.code);
  return { message: cut(message), code, param: textIn(fields.param) };
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
