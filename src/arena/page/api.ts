/** @file The page's calls to its server: JSON in, JSON out, and one kind of failure. */
import type { ErrorBody } from "../../errors/api-error.ts";

/** The server said no, or could not be reached (`status` 0). */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly status: number;
  readonly code: string | null;
  /** Seconds, where the server says when to try again. */
  readonly retryAfter: number | null;

  constructor(status: number, message: string, code: string | null, retryAfter: number | null) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** @throws {CallFailed} */
export const get = <T>(path: string, signal?: AbortSignal) =>
  call<T>("GET", path, undefined, {}, signal);

/** @throws {CallFailed} */
export const post = <T>(path: string, body: object = {}, headers: Record<string, string> = {}) =>
  call<T>("POST", path, body, headers);

/** @throws {CallFailed} */
export const remove = <T>(path: string) => call<T>("DELETE", path, {});

async function call<T>(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    headers: { ...(body && { "content-type": "application/json" }), ...headers },
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new CallFailed(0, "The server cannot be reached.", "offline", null);
  });
  if (response.ok) return (await response.json()) as T;
  throw await toFailure(response);
}

async function toFailure(response: Response): Promise<CallFailed> {
  const retryAfter = Number(response.headers.get("retry-after")) || null;
  const body = (await response.json().catch(() => null)) as ErrorBody | null;
  const message = body?.error?.message ?? `The server answered ${response.status}.`;
  return new CallFailed(response.status, message, body?.error?.code ?? null, retryAfter);
}
