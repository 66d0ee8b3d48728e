/**
 * @file Keeps child processes alive: starts them, hands on their lines, restarts what dies with a
 * growing pause, gives up on what keeps dying, and stops them all.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type ChildMessage, supervisedVariable } from "./lifetime.ts";
import { type RestartLimits, RestartPolicy, restartLimits } from "./restart-policy.ts";

export type ChildSpec = {
  name: string;
  /** What follows `node` on the command line. */
  args: readonly string[];
  env?: Record<string, string>;
  /** What it finds on its standard input. */
  input?: string;
};

export type SupervisorEvents = {
  onLine: (name: string, line: string) => void;
  onReady: (name: string, url: string) => void;
  onDeath: (name: string, how: string, waitMs: number) => void;
  /** It is not started again; `why` is a whole sentence. */
  onGivenUp: (name: string, why: string) => void;
};

const keptLines = 5;
/** Lines that a dead child left in the pipe are worth this much waiting. */
const lastLinesMs = 200;

export class Supervisor {
  readonly #events: SupervisorEvents;
  readonly #limits: RestartLimits;
  readonly #children: SupervisedChild[] = [];

  constructor(events: SupervisorEvents, limits: RestartLimits = restartLimits) {
    this.#events = events;
    this.#limits = limits;
  }

  start(spec: ChildSpec): SupervisedChild {
    const child = new SupervisedChild(spec, this.#events, new RestartPolicy(this.#limits));
    this.#children.push(child);
    return child;
  }

  /** Asks all children to drain (SIGTERM), and kills what is left after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop(graceMs)));
  }

  /** Ends all children at once, for a parent that has no time to see them go. */
  kill(): void {
    for (const child of this.#children) child.kill();
  }
}

/** `starting` → `ready` → (`waiting` → `starting` …) → `given_up` or `stopped`. */
export type ChildState = "starting" | "ready" | "waiting" | "given_up" | "stopped";

export class SupervisedChild {
  readonly #spec: ChildSpec;
  readonly #events: SupervisorEvents;
  readonly #policy: RestartPolicy;
  #state: ChildState = "starting";
  #process: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #lines: string[] = [];
  #wasReady = false;
  #refusal: string | undefined;

  constructor(spec: ChildSpec, events: SupervisorEvents, policy: RestartPolicy) {
    this.#spec = spec;
    this.#events = events;
    this.#policy = policy;
    this.#start();
  }

  get state(): ChildState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async stop(graceMs: number): Promise<void> {
    const running = this.#process;
    this.#state = "stopped";
    clearTimeout(this.#restart);
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, "exit");
    running.kill("SIGTERM");
    const deadline = setTimeout(() => running.kill("SIGKILL"), graceMs);
    await gone;
    clearTimeout(deadline);
  }

  kill(): void {
    this.#state = "stopped";
    clearTimeout(this.#restart);
    this.#process?.kill("SIGKILL");
  }

  #start(): void {
    const { args, env, input } = this.#spec;
    this.#state = "starting";
    this.#refusal = undefined;
    const child = spawn(process.execPath, args, {
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe", "ipc"],
      env: { ...process.env, ...env, [supervisedVariable]: "1" },
      // Ctrl-C goes to the terminal's whole group: the children must hear of it from us alone.
      detached: process.platform !== "win32",
    });
    this.#process = child;
    child.stdin?.on("error", () => {}).end(input); // one that died unread says so by its exit
    this.#listen(child.stdout);
    this.#listen(child.stderr);
    child.on("message", (message: ChildMessage) => this.#heard(message));
    child.once("error", (error) => this.#lines.push(error.message));
    child.once("exit", (code, signal) => this.#exited(child, signal ?? `exit code ${code}`));
  }

  #listen(stream: Readable | null): void {
    if (!stream) return;
    createInterface({ input: stream }).on("line", (line) => {
      this.#lines = [...this.#lines, line].slice(-keptLines);
      this.#events.onLine(this.#spec.name, line);
    });
  }

  #heard(message: ChildMessage): void {
    if (message.type === "refused") {
      this.#refusal = message.message;
      if (this.#wasReady) this.#events.onLine(this.#spec.name, message.message); // it is started again
      return;
    }
    this.#state = "ready";
    this.#wasReady = true;
    this.#events.onReady(this.#spec.name, message.url);
  }

  async #exited(child: ChildProcess, how: string): Promise<void> {
    const waiting = AbortSignal.timeout(lastLinesMs);
    await once(child, "close", { signal: waiting }).catch(() => {});
    if (this.#state === "stopped") return;
    if (this.#refusal !== undefined && !this.#wasReady) return this.#giveUp(this.#refusal);
    const waitMs = this.#policy.died(performance.now());
    if (waitMs === null) return this.#giveUp(this.#crashLoop(how));
    this.#state = "waiting";
    this.#events.onDeath(this.#spec.name, how, waitMs);
    this.#restart = setTimeout(() => this.#start(), waitMs);
  }

  #giveUp(why: string): void {
    this.#state = "given_up";
    this.#events.onGivenUp(this.#spec.name, why);
  }

  #crashLoop(how: string): string {
    const last = this.#lines.length > 0 ? ` Its last lines:\n${this.#lines.join("\n")}` : "";
    return `It keeps dying (${how}) and is not started again.${last}`;
  }
}
