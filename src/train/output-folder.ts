/** @file The folder of a run: one run at a time, and no other run's results are written over. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors/usage-error.ts";
import type { TrainRecord } from "../protocol/training.ts";

export class OutputFolder {
  readonly path: string;
  readonly #lock: string;

  /**
   * Takes the folder for this process.
   *
   * @throws {UsageError} another process trains into it; or it holds a run, and this is none that
   *         goes on with it; or there is nothing to go on with.
   */
  constructor(path: string, resume: boolean) {
    this.path = path;
    this.#lock = join(path, ".lock");
    const isUsed = existsSync(path) && readdirSync(path).some((name) => name !== ".lock");
    if (resume && !existsSync(join(path, "metrics.jsonl"))) {
      throw new UsageError(`There is no run to go on with in ${path}.`);
    }
    if (!resume && isUsed) {
      throw new UsageError(
        `${path} is not empty: go on with its run by --resume, or name another folder with --output.`,
      );
    }
    mkdirSync(path, { recursive: true });
    this.#take();
  }

  /** One line of `metrics.jsonl`. */
  record(record: TrainRecord): void {
    appendFileSync(join(this.path, "metrics.jsonl"), `${JSON.stringify(record)}\n`);
  }

  release(): void {
    rmSync(this.#lock, { force: true });
  }

  #take(): void {
    const owner = ownerOf(this.#lock);
    if (owner !== null && owner !== process.pid && isAlive(owner)) {
      throw new UsageError(`Process ${owner} is already training into ${this.path}.`);
    }
    rmSync(this.#lock, { force: true }); // its owner was killed
    writeFileSync(this.#lock, String(process.pid), { flag: "wx" });
  }
}

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
