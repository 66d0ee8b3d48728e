/** @file A server that cannot listen where it was told: which flag says so, and what to do. */
import { isSystemError } from "../errors/system-error.ts";
import { UsageError } from "../errors/usage-error.ts";

/** What the command calls the two. */
type PlaceFlags = { host: string; port: string };

/**
 * Starts a server.
 *
 * @throws {UsageError} it cannot listen there.
 */
export async function listening<T>(flags: PlaceFlags, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (cause) {
    const words = isSystemError(cause) ? wordsFor(cause, flags) : undefined;
    throw words === undefined ? cause : new UsageError(words, { cause });
  }
}

type PlaceError = NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string };

function wordsFor(error: PlaceError, { host, port }: PlaceFlags): string | undefined {
  const { address, port: number, code, syscall, hostname } = error;
  if (syscall === "getaddrinfo")
    return `There is no address '${hostname}' to listen on: choose another with ${host}.`;
  if (syscall !== "listen") return undefined;
  if (code === "EADDRINUSE")
    return `Another program listens on ${address}:${number}: stop it, or choose another port with ${port} (0 takes any free one).`;
  if (code === "EACCES")
    return `The system lets nobody but its own services listen on port ${number}: choose one above 1023 with ${port}.`;
  if (code === "EADDRNOTAVAIL")
    return `This machine has no address ${address}: choose another with ${host}.`;
  return undefined;
}
