/** @file The door to the thread that writes prefixes: hands them over, and never waits but at the end. */
import type { Worker } from "node:worker_threads";
import { siblingThread } from "../../llama/sibling-module.ts";
import type { FromWriter, ToWriter, WriterOptions } from "./writer-thread.ts";

/** Bytes that may wait for the disk; what comes on top of them is not kept. */
const mostPending = 512 << 20;

export class PrefixWriter {
  readonly #options: WriterOptions;
  readonly #onProblem: (line: string) => void;
  /** Started when the first prefix is to be written: most workers never have one. */
  #thread: Worker | null = null;
  #isDead = false;

  /** @param onProblem Told when this thread next rests. */
  constructor(folder: string, budgetBytes: number, onProblem: (line: string) => void) {
    const pending = new BigInt64Array(new SharedArrayBuffer(8));
    this.#options = { folder, budgetBytes, pending };
    this.#onProblem = onProblem;
  }

  /** Takes the state's memory. False when the disk is too far behind, or the thread has died. */
  write(message: Exclude<ToWriter, null>): boolean {
    if (this.#isDead) return false;
    const { pending } = this.#options;
    const bytes = message.state.length;
    if (Number(Atomics.load(pending, 0)) > mostPending) return false;
    Atomics.add(pending, 0, BigInt(bytes));
    const { state } = message;
    const own = state.buffer.byteLength === bytes ? state : state.slice();
    this.#started().postMessage({ ...message, state: own }, [own.buffer as ArrayBuffer]);
    return true;
  }

  /** Waits until the disk has caught up; for when nobody decodes any more. */
  drain(): void {
    const { pending } = this.#options;
    for (let left = Atomics.load(pending, 0); left > 0n; left = Atomics.load(pending, 0))
      if (Atomics.wait(pending, 0, left, 10_000) === "timed-out") return;
  }

  /** Ends the thread when it has written all. */
  close(): void {
    this.#thread?.postMessage(null);
    this.#thread = null;
  }

  #started(): Worker {
    this.#thread ??= this.#start();
    return this.#thread;
  }

  #start(): Worker {
    const thread = siblingThread(import.meta.url, "./writer-thread", { workerData: this.#options });
    thread.on("message", (line: FromWriter) => this.#onProblem(line));
    thread.on("error", (error) => this.#bury(error));
    return thread;
  }

  /** What was handed over to a dead thread is not written, and nobody waits for it. */
  #bury(error: unknown): void {
    const { pending } = this.#options;
    this.#isDead = true;
    this.#thread = null;
    Atomics.store(pending, 0, 0n);
    Atomics.notify(pending, 0);
    this.#onProblem(
      `The prompt cache's writer failed, and nothing more is kept on disk: ${error}.`,
    );
  }
}
