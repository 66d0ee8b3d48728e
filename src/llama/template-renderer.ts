/**
 * @file Renders chat templates with llama.cpp's own Jinja engine, in a child process that is killed
 * when a template hangs, eats memory or crashes.
 *
 * One render at a time, in the order of asking: a crash can only be its own render's fault.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { ChatTemplateError } from "../errors/chat-template-error.ts";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { siblingModule } from "./sibling-module.ts";
import type { RenderReply, RenderRequest, TemplateProcessOptions } from "./template-process.ts";

export type TemplateRenderer = {
  /**
   * @throws {InvalidRequestError} the template refused the conversation (`raise_exception`).
   * @throws {ChatTemplateError} the template is broken, too slow or too big.
   */
  render(template: string, variables: Record<string, unknown>): Promise<string>;
  /** Ends the child; renders that wait are rejected. */
  close(): void;
};

type Limits = { limitMs: number; limitBytes: number };
type Job = Required<RenderRequest> & {
  resolve: (text: string) => void;
  reject: (error: Error) => void;
};

const defaultLimits: Limits = { limitMs: 2000, limitBytes: 512 * 1024 * 1024 };

/** The child ends itself in time; this is for the case that even its watchdog cannot. */
const graceMs = 5000;

/** @param directory holds `llama-addon.node` (`findLibraries(…).directory`). */
export function templateRenderer(
  options: { directory: string } & Partial<Limits>,
): TemplateRenderer {
  const limits = { ...defaultLimits, ...options };
  const addonFile = join(options.directory, "llama-addon.node");
  const waiting: Job[] = [];
  let current: Job | undefined;
  let child: ChildProcess | undefined = start();
  /** The template that the child holds, so that it is sent only once. */
  let held: string | undefined;
  let startedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function start(): ChildProcess {
    const started = startProcess({ ...limits, addonFile });
    started.on("message", (reply: RenderReply) => settle(reply));
    started.on("error", () => undefined); // a failed send or start: "exit" follows or the timer ends it
    started.on("exit", (_code, signal) => {
      if (started !== child) return;
      child = undefined;
      held = undefined;
      settle(deathOf(signal, performance.now() - startedAt, limits));
    });
    return started;
  }

  function next(): void {
    current = waiting.shift();
    if (current === undefined) return;
    child ??= start();
    const { template, variables } = current;
    startedAt = performance.now();
    timer = setTimeout(() => child?.kill("SIGKILL"), limits.limitMs + graceMs);
    child.send(template === held ? { variables } : { template, variables });
    held = template;
  }

  function settle(reply: RenderReply | ChatTemplateError): void {
    clearTimeout(timer);
    const job = current;
    current = undefined;
    if (reply instanceof ChatTemplateError) job?.reject(reply);
    else if ("text" in reply) job?.resolve(reply.text);
    else {
      held = undefined; // it may not even have been compiled
      job?.reject(toError(reply.failure));
    }
    if (!closed) next();
  }

  return {
    render: (template, variables) =>
      new Promise((resolve, reject) => {
        if (closed)
          return reject(new ChatTemplateError("cannot be rendered: the worker is stopping"));
        waiting.push({ template, variables, resolve, reject });
        if (current === undefined) next();
      }),
    close() {
      closed = true;
      child?.kill("SIGKILL");
      const stopping = new ChatTemplateError("cannot be rendered: the worker is stopping");
      for (const job of waiting.splice(0)) job.reject(stopping);
      settle(stopping);
    },
  };
}

function startProcess(options: TemplateProcessOptions): ChildProcess {
  const { path, execArgv } = siblingModule(import.meta.url, "./template-process");
  return fork(path, [JSON.stringify(options)], {
    execArgv: [...execArgv, "--max-semi-space-size=2"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

function deathOf(signal: string | null, elapsedMs: number, limits: Limits): ChatTemplateError {
  if (elapsedMs >= limits.limitMs)
    return new ChatTemplateError(`did not finish within ${limits.limitMs / 1000} s`);
  if (signal === "SIGKILL")
    return new ChatTemplateError(`needed more than ${limits.limitBytes >> 20} MiB of memory`);
  return new ChatTemplateError(`crashed its renderer (${signal ?? "exit"})`);
}

/** The engine's report is many lines with an excerpt; the sentence a template raised, or the last line, is the point. */
function toError(report: string): Error {
  const raised = /Jinja Exception: ([\s\S]*)$/.exec(report)?.[1];
  if (raised !== undefined)
    return new InvalidRequestError(raised.trim(), "messages", "chat_template_refused");
  const lines = report.split("\n").filter((line) => line.trim() !== "");
  const compiled = /failed to compile template: (.*)/.exec(report)?.[1];
  const reason = compiled ?? lines.at(-1)?.replace(/^Error: /, "") ?? "no reason given";
  return new ChatTemplateError(
    `${compiled === undefined ? "failed" : "cannot be parsed"} (${reason})`,
  );
}
