/**
 * @file A worker of ours with a controller of FastChat's: it registers, says every 45 s that it lives,
 * and begins anew when it is no longer known.
 *
 * Source: `register_to_controller` and `send_heart_beat` of `fastchat/serve/base_model_worker.py`,
 * FastChat 0.2.36.
 */
import { setTimeout as wait } from "node:timers/promises";
import { namesOf } from "../protocol/adapter-names.ts";
import { FastChatHeartbeatAnswer, fastChatBeatMs } from "../protocol/fastchat-controller.ts";
import type { Load, Registration } from "../protocol/registry.ts";
import { type HttpClient, HttpStatusError } from "./client.ts";
import { controllerHeaders } from "./controller-headers.ts";

export type FastChatPauses = {
  /** Between two beats; default 45 s. */
  beatMs?: number | undefined;
  /** Until a beat that was lost is sent again; default 5 s. */
  retryMs?: number | undefined;
};

type Worker = {
  controllerAddress: string;
  joinToken?: string | undefined;
  registration: () => Registration;
  load: () => Load;
  pauses: FastChatPauses;
};

/** FastChat's own. */
const patienceMs = 5000;
const beatsToLose = 3;

/**
 * Registers, and keeps it so until that is no longer possible.
 *
 * @param opened Called once it is registered.
 * @throws {Error} always, in the end: it was refused, is no longer known, or nobody answers.
 */
export async function registerWithFastChat(
  client: HttpClient,
  worker: Worker,
  signal: AbortSignal,
  opened: (epoch: null) => void,
): Promise<never> {
  const { beatMs = fastChatBeatMs, retryMs = patienceMs } = worker.pauses;
  const controller = new FastChatController(client, worker, signal);
  await controller.register();
  opened(null);
  for (let lost = 0; ; ) {
    await wait(lost === 0 ? beatMs : retryMs, undefined, { signal });
    const answer = await controller.beat().catch((error: Error) => error);
    lost = answer instanceof Error ? lost + 1 : 0;
    if (answer instanceof Error && lost === beatsToLose) throw answer;
    if (answer === false) throw new Error("it no longer knows this worker");
  }
}

class FastChatController {
  readonly #client: HttpClient;
  readonly #worker: Worker;
  readonly #signal: AbortSignal;

  constructor(client: HttpClient, worker: Worker, signal: AbortSignal) {
    this.#client = client;
    this.#worker = worker;
    this.#signal = signal;
  }

  async register(): Promise<void> {
    const { address, model, speed } = this.#worker.registration();
    await this.#post("/register_worker", {
      worker_name: address,
      check_heart_beat: true,
      worker_status: { model_names: namesOf(model), speed, queue_length: this.#queueLength() },
      multimodal: false, // its pictures would come with raw prompts, which take none
    });
  }

  /** Whether the worker is known. */
  async beat(): Promise<boolean> {
    const { address: worker_name } = this.#worker.registration();
    const body = { worker_name, queue_length: this.#queueLength() };
    return FastChatHeartbeatAnswer.parse(await this.#post("/receive_heart_beat", body)).exist;
  }

  #queueLength(): number {
    const { busy, queued } = this.#worker.load();
    return busy + queued;
  }

  async #post(path: string, body: object): Promise<unknown> {
    const { controllerAddress, joinToken } = this.#worker;
    try {
      return await this.#client.json(new URL(path, controllerAddress), {
        method: "POST",
        headers: controllerHeaders(joinToken),
        body: JSON.stringify(body),
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(patienceMs)]),
      });
    } catch (error) {
      if (!(error instanceof HttpStatusError)) throw error;
      throw new Error(
        `neither a controller of ours nor FastChat's: ${path} answered ${error.status}`,
      );
    }
  }
}
