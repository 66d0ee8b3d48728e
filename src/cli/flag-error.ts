/** @file A flag whose value is wrong; the process exits with 2. */

export class FlagError extends Error {
  override readonly name = "FlagError";

  constructor(flag: string, complaint: string) {
    super(`option '${flag}' ${complaint}`);
  }
}
