/**
 * @file An error that a server sends where an answer, or the next piece of one, is expected: in
 * OpenAI's shape (`{error: {…}}`), vLLM's older one (`{object: "error", message}`), TGI's
 * (`{error, error_type}`), Gemini's (OpenAI's, or a list with one), Anthropic's
 * (`{type: "error", error: {type, message}}`) and FastChat's (`{text, error_code}`).
 */
import type { ApiError } from "../errors/api-error.ts";
import { UpstreamError } from "../errors/upstream-errors.ts";
import { upstreamRefusal } from "./upstream-refusal.ts";

type Told = {
  error?: unknown;
  object?: unknown;
  message?: unknown;
  text?: unknown;
  code?: unknown;
  type?: unknown;
  error_code?: unknown;
};

/** What Anthropic would have answered with, had nothing been sent before. */
const anthropicStatuses: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  overloaded_error: 529,
};

/** Null: it is none. */
export function errorIn(model: string, json: unknown): ApiError | null {
  if (Array.isArray(json)) return errorIn(model, json[0]);
  if (typeof json !== "object" || json === null) return null;
  const told = json as Told;
  if (typeof told.error_code === "number" && told.error_code !== 0)
    return new UpstreamError(model, `failed (${told.error_code}): ${String(told.text)}`);
  if (told.error == null && told.object !== "error") return null;
  const inner = (typeof told.error === "object" ? told.error : told) as Told;
  const status = told.type === "error" ? anthropicStatuses[String(inner.type)] : inner.code;
  const code = Number(status); // LiteLLM's is text
  const isStatus = code >= 400 && code < 600;
  return upstreamRefusal(model, isStatus ? code : 500, JSON.stringify(json), undefined);
}
