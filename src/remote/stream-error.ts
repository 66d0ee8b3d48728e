/**
 * @file An error that a server sends where an answer, or the next piece of one, is expected: in
 * OpenAI's shape (`{error: {…}}`), vLLM's older one (`{object: "error", message}`), TGI's
 * (`{error, error_type}`), Gemini's (OpenAI's, or a list with one) and FastChat's
 * (`{text, error_code}`).
 */
import { type ApiError, UpstreamError } from "../errors/api-error.ts";
import { upstreamRefusal } from "./upstream-refusal.ts";

type Told = {
  error?: unknown;
  object?: unknown;
  message?: unknown;
  text?: unknown;
  code?: unknown;
  error_code?: unknown;
};

/** Null: it is none. */
export function errorIn(model: string, json: unknown): ApiError | null {
  if (Array.isArray(json)) return errorIn(model, json[0]);
  if (typeof json !== "object" || json === null) return null;
  const told = json as Told;
  if (typeof told.error_code === "number" && told.error_code !== 0)
    return new UpstreamError(model, `failed (${told.error_code}): ${String(told.text)}`);
  if (told.error == null && told.object !== "error") return null;
  const { code } = (typeof told.error === "object" ? told.error : told) as Told;
  const status = typeof code === "number" && code >= 400 && code < 600 ? code : 500;
  return upstreamRefusal(model, status, JSON.stringify(json), undefined);
}
