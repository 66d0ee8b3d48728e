/**
 * @file The thread that writes prefixes to disk, so that decoding waits for no disk.
 *
 * A disk that is full, or a folder that has gone, costs the cache and nothing else: it is told once,
 * until a write succeeds again.
 */
import { parentPort, workerData } from "node:worker_threads";
import { isSystemError, systemWords } from "../../errors/system-error.ts";
import { prefixPieces } from "./prefix-file.ts";
import { addPrefix, removePrefix, trimFolder } from "./prefix-folder.ts";

export type WriterOptions = {
  folder: string;
  budgetBytes: number;
  /** Bytes handed over and not yet written: one cell, counted down here. */
  pending: BigInt64Array<SharedArrayBuffer>;
};

export type ToWriter = {
  name: string;
  fingerprint: string;
  tokens: Int32Array;
  state: Uint8Array;
  /** Files that this one makes needless. */
  replaces: string[];
} | null;

/** What could not be done, as a sentence for the log. */
export type FromWriter = string;

const { folder, budgetBytes, pending } = workerData as WriterOptions;
let isFailing = false;

parentPort?.on("message", (message: ToWriter) => {
  if (message === null) parentPort?.close();
  else write(message);
});

function write({ name, fingerprint, tokens, state, replaces }: Exclude<ToWriter, null>): void {
  const bytes = state.length;
  try {
    addPrefix(folder, name, prefixPieces(fingerprint, tokens, state));
    for (const old of replaces) removePrefix(folder, old);
    trimFolder(folder, budgetBytes);
    isFailing = false;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (!isFailing)
      tell(`Prefixes cannot be kept in ${folder}: ${systemWords(error)}; they are read again.`);
    isFailing = true;
  } finally {
    Atomics.sub(pending, 0, BigInt(bytes));
    Atomics.notify(pending, 0);
  }
}

function tell(line: FromWriter): void {
  parentPort?.postMessage(line);
}
