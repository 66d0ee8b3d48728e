/**
 * @file A worker of ours with a controller of FastChat's: it registers, says every 45 s that it lives,
 * and begins anew when it is no longer known.
 *
 * Source: `register_to_controller` and `send_heart_beat` of `fastchat/serve/base_model_worker.py`,
 * FastChat 0.2.36.
 */
import { setTimeout as wait } from "node:timers/promises";
import { namesOf } from "../protocol/adapter-names.ts";
import {
  FastChatHeartbeatAnswer,
  fastChatBeatMs,
  type WorkerStatus,
} from "../protocol/fastchat-controller.ts";
import type { Load, Registration } from "../protocol/registry.ts";
import { type HttpClient, HttpStatusError } from "./client.ts";
import { controllerHeaders } from "./controller-headers.ts";

export type FastChatPauses = {
  /** What the worker serves and has to do, where that is more than its registration says. */
  status?: (() => WorkerStatus) | undefined;
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
  /** The names that it has heard of. */
  #told = "";

  constructor(client: HttpClient, worker: Worker, signal: AbortSignal) {
    this.#client = client;
    this.#worker = worker;
    this.#signal = signal;
  }

  async register(): Promise<void> {
    const worker_status = this.#status();
    this.#told = `${worker_status.model_names}`;
    await this.#post("/register_worker", {
      worker_name: this.#worker.registration().address,
      check_heart_beat: true,
      worker_status,
      multimodal: false, // its pictures would come with raw prompts, which take none
    });
  }

  /** Whether the worker is known; it registers anew where its models are others. */
  async beat(): Promise<boolean> {
    const { address: worker_name } = this.#worker.registration();
    const { model_names, queue_length } = this.#status();
    if (`${model_names}` !== this.#told) await this.register();
    const body = { worker_name, queue_length };
    return FastChatHeartbeatAnswer.parse(await this.#post("/receive_heart_beat", body)).exist;
  }

  #status(): WorkerStatus {
    const { registration, load, pauses } = this.#worker;
    const { model, speed } = registration();
    const { busy, queued } = load();
    return pauses.status?.() ?? { model_names: namesOf(model), speed, queue_length: busy + queued };
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
