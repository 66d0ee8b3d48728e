/**
 * @file What a worker that was let in says of itself, where its registration does not. Every answer
 * is a stranger's: short, soon, and from this address and no other (no redirect is followed).
 */
import { UnavailableError } from "../errors/worker-errors.ts";
import type { HttpClient } from "../http/client.ts";
import { WorkerStatus } from "../protocol/fastchat-controller.ts";

/** FastChat's own. */
const patienceMs = 5000;
const maxStatusBytes = 64 << 10;
/** Questions that may be open at once: each holds a connection. */
const mostAtOnce = 16;

/** The code of the refusal where the worker is to blame. */
export const noStatus = "no_worker_status";

/** @throws {UnavailableError} when called: the worker did not answer, or too many are being asked. */
export function statusAsker(client: HttpClient): (origin: URL) => Promise<WorkerStatus> {
  let open = 0;
  return async (origin) => {
    if (open >= mostAtOnce) throw new UnavailableError("Too many workers are being asked.");
    open++;
    try {
      const answer = await client.json(new URL("/worker_get_status", origin), {
        method: "POST",
        signal: AbortSignal.timeout(patienceMs),
        maxBytes: maxStatusBytes,
      });
      return WorkerStatus.parse(answer);
    } catch (cause) {
      const refused = new UnavailableError(
        `The worker at ${origin.origin} tells no status.`,
        noStatus,
      );
      throw Object.assign(refused, { cause });
    } finally {
      open--;
    }
  };
}
