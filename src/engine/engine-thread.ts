/**
 * @file The thread that owns the model: it decodes while there is work and sleeps when there is none.
 *
 * While it decodes it never returns to its event loop; the inbox is drained by hand between steps,
 * so a cancel or a new request waits for one step at most.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { ApiError } from "../errors/api-error.ts";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { UsageError } from "../errors/usage-error.ts";
import { type LoggedNative, type LogLevel, startNative } from "../llama/native.ts";
import type { ThreadOptions } from "./engine-options.ts";
import { type EngineParts, makeEngineParts } from "./engine-parts.ts";
import type { LoadedAdapters } from "./loaded-adapters.ts";
import type { FromThread, ToThread } from "./messages.ts";

const options = workerData as ThreadOptions;
const port = parentPort;
if (port === null) throw new Error("engine-thread is started by engine.ts, not on its own");
const post = (message: FromThread) => port.postMessage(message);

let lastError: string | null = null;

function onLog(level: LogLevel, line: string): void {
  if (level === "error") lastError = line.trim();
  post({ type: "log", level, line });
}

function refuse(id: number, { message, param }: ApiError): void {
  post({ type: "refused", id, message, param });
}

function start(): EngineParts {
  const native = startNative(options.libraries, options.gpu, onLog);
  const onNotice = (line: string) => post({ type: "notice", line });
  try {
    const told = { lastError: () => lastError, onNotice, onRefused: refuse };
    const parts = makeEngineParts(native, options, told);
    post({ type: "ready", info: parts.info });
    return { ...parts, free: () => freeAll(parts, native) };
  } catch (error) {
    native.stopLog();
    throw error;
  }
}

function freeAll({ free }: EngineParts, native: LoggedNative): void {
  free();
  native.stopLog();
}

function handle(message: ToThread, { loop, embedder, adapters, free }: EngineParts): boolean {
  try {
    if (message.type === "generate") loop?.submit(message.id, message.generation);
    if (message.type === "embed") embedder?.submit(message.id, message.inputs, message.adapters);
    if (message.type === "load") loadAdapter(message, adapters);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if ("id" in message) refuse(message.id, error);
  }
  if (message.type === "cancel") {
    loop?.cancel(message.id);
    embedder?.cancel(message.id);
  }
  if (message.type === "unload") {
    const { id, adapter } = message;
    adapters.retire(adapter, () => post({ type: "adapter", id, adapter }));
  }
  if (message.type !== "close") return true;
  free();
  port?.close();
  return false;
}

function loadAdapter({ id, path }: { id: number; path: string }, adapters: LoadedAdapters): void {
  try {
    post({ type: "adapter", id, adapter: adapters.load(path) });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new InvalidRequestError(error.message, "lora_path");
  }
}

/** Works until nothing is left to do, or until told to close. */
function run(running: EngineParts): void {
  const { loop, embedder, adapters } = running;
  const sets = () => [...(loop?.adapterSets() ?? []), ...(embedder?.adapterSets() ?? [])];
  do {
    for (;;) {
      const received = port === null ? undefined : receiveMessageOnPort(port);
      if (received === undefined) break;
      if (!handle(received.message as ToThread, running)) return;
    }
    const events = loop === null || loop.idle ? [] : loop.step();
    const slots = loop?.takeSlotStates();
    if (slots) post({ type: "slots", slots }); // first: who hears of the end finds the slot free
    if (events.length > 0) post({ type: "step", events });
    if (embedder !== null && !embedder.idle)
      for (const done of embedder.step()) post({ type: "embedded", ...done });
    adapters.freeRetired(sets);
  } while (loop?.idle === false || embedder?.idle === false);
}

try {
  const running = start();
  run(running);
  port.on("message", (message: ToThread) => {
    if (handle(message, running)) run(running);
  });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  post({ type: "failed", message, usage: error instanceof UsageError });
  port.close();
}
