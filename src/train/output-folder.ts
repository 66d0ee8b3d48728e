/**
 * @file The folder of a run: one run at a time, and no other run's results are written over.
 *
 * The lock is a file with the process's number. One whose process is dead is taken over by renaming
 * it, which of two takers only one can.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isSystemError, systemWords } from "../errors/system-error.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { TrainRecord } from "../protocol/training.ts";

export class OutputFolder {
  readonly path: string;
  readonly #lock: string;
  readonly #records: string;

  /**
   * Takes the folder for this process, and clears away what a killed one was writing.
   *
   * @throws {UsageError} another process trains into it; or it holds a run, and this is none that
   *         goes on with it; or there is nothing to go on with.
   */
  constructor(path: string, resume: boolean) {
    this.path = path;
    this.#lock = join(path, lockName);
    this.#records = join(path, recordsName);
    if (resume && !this.#hasBegun()) {
      throw new UsageError(`There is no run to go on with in ${path}.`);
    }
    this.#open();
    try {
      if (!resume) this.#assertEmpty();
      this.#clear();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /**
   * One line of `metrics.jsonl`.
   *
   * @throws {UsageError} the disk is full.
   */
  record(record: TrainRecord): void {
    try {
      appendFileSync(this.#records, `${JSON.stringify(record)}\n`);
    } catch (cause) {
      if (!isSystemError(cause)) throw cause;
      throw new UsageError(`Cannot write ${this.#records}: ${systemWords(cause)}.`, { cause });
    }
  }

  release(): void {
    rmSync(this.#lock, { force: true });
  }

  /** @throws {UsageError} it is a file, or not writable, or another process trains into it. */
  #open(): void {
    try {
      mkdirSync(this.path, { recursive: true });
      this.#take();
    } catch (cause) {
      if (!isSystemError(cause)) throw cause;
      throw new UsageError(`Cannot write into ${this.path}: ${systemWords(cause)}.`, { cause });
    }
  }

  /** Whether there is one whole record. */
  #hasBegun(): boolean {
    return existsSync(this.#records) && readFileSync(this.#records).includes("\n");
  }

  /** @throws {UsageError} there is more than a run leaves that never came to its first record. */
  #assertEmpty(): void {
    const isBeginning = (name: string) => beginnings.includes(name) || unfinished.test(name);
    if (!this.#hasBegun() && readdirSync(this.path).every(isBeginning)) return;
    throw new UsageError(
      `${this.path} is not empty: go on with its run by --resume, or name another folder with --output.`,
    );
  }

  #clear(): void {
    for (const name of readdirSync(this.path, { recursive: true, encoding: "utf8" }))
      if (unfinished.test(name)) rmSync(join(this.path, name), { force: true });
    if (!this.#hasBegun()) {
      for (const name of [recordsName, untrainedName])
        rmSync(join(this.path, name), { force: true });
    } else if (!readFileSync(this.#records, "utf8").endsWith("\n")) {
      appendFileSync(this.#records, "\n"); // behind the line that a killed writer left torn
    }
  }

  #take(): void {
    if (this.#claim()) return;
    const owner = ownerOf(this.#lock);
    if (owner !== null && owner !== process.pid && isAlive(owner)) throw this.#refusal(owner);
    const taken = `${this.#lock}.${process.pid}.part`;
    renameSync(this.#lock, taken);
    const found = ownerOf(taken);
    rmSync(taken);
    if (found !== owner || !this.#claim()) throw this.#refusal(found); // somebody was faster
  }

  /** False where there is a lock. */
  #claim(): boolean {
    try {
      writeFileSync(this.#lock, String(process.pid), { flag: "wx" });
    } catch (error) {
      if (isSystemError(error) && error.code === "EEXIST") return false;
      throw error;
    }
    return true;
  }

  #refusal(owner: number | null): UsageError {
    const who = owner === null ? "Another process" : `Process ${owner}`;
    return new UsageError(
      `${who} is already training into ${this.path}; if that is not so, remove ${this.#lock}.`,
    );
  }
}

const lockName = ".lock";
const recordsName = "metrics.jsonl";
/** A new model before its training. */
export const untrainedName = "untrained.gguf";
const beginnings = [lockName, recordsName, untrainedName];
/** Ours only: in the folder may lie somebody's download. */
const unfinished = /\.(gguf|lock)\.\d+\.part$/;

function ownerOf(lock: string): number | null {
  try {
    return Number.parseInt(readFileSync(lock, "utf8"), 10) || null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
