/** @file A file that is to be written when long work is done. */
import { closeSync, openSync } from "node:fs";
import { UsageError } from "../errors/usage-error.ts";

/** Found out before the measurement, not after it. */
export function assertWritable(file: string): void {
  try {
    closeSync(openSync(file, "a"));
  } catch {
    throw new UsageError(`Cannot write '${file}'.`);
  }
}
