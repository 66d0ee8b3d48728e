/** @file What a person at the command line did wrong, as one sentence; the process exits with 1. */

export class UsageError extends Error {
  override readonly name: string = "UsageError";
}
