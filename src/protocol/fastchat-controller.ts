/**
 * @file What FastChat's controller is asked, by workers, api servers and web UIs, and what it answers.
 *
 * Source: `fastchat/serve/controller.py` and `fastchat/constants.py` of FastChat 0.2.36.
 */
import { z } from "zod";

/** A worker's beats come every 45 s; one may be lost, and the next come 10 s late, before it is gone. */
export const fastChatBeatMs = 45_000;
export const fastChatLeaseMs = 100_000;

/** What every failure begins with, whatever it is. */
export const trouble =
  "**NETWORK ERROR DUE TO HIGH TRAFFIC. PLEASE REGENERATE OR REFRESH THIS PAGE.**";

/** `class ErrorCode`. */
export const fastChatErrors = {
  validation: 40_001,
  incorrectAuthKey: 40_102,
  noPermission: 40_103,
  invalidModel: 40_301,
  contextOverflow: 40_303,
  engineOverloaded: 42_903,
  internal: 50_001,
  controllerNoWorker: 50_005,
  controllerWorkerTimeout: 50_006,
} as const;

/** Where a worker can be called; its name, too, in this protocol. */
const workerName = z.string().min(1).max(2048);
const modelName = z.string().min(1).max(512);
const queueLength = z.number().min(0).max(1e12).catch(0);

/** Answered at `/worker_get_status`, by workers too, and sent along when one registers. */
export const WorkerStatus = z.object({
  model_names: z.array(modelName).min(1).max(1024),
  speed: z.number().positive().max(1e6).catch(1),
  /** Requests that run or wait. */
  queue_length: queueLength,
});
export type WorkerStatus = z.infer<typeof WorkerStatus>;

/** Asked at `/register_worker`. */
export const FastChatRegistration = z.object({
  worker_name: workerName,
  /** Whether it is gone when its beats stop. */
  check_heart_beat: z.boolean().default(true),
  /** Null: the controller has to ask. */
  worker_status: WorkerStatus.nullish(),
  multimodal: z.boolean().nullish(),
});
export type FastChatRegistration = z.infer<typeof FastChatRegistration>;

/** Asked at `/receive_heart_beat`. */
export const FastChatHeartbeat = z.object({ worker_name: workerName, queue_length: queueLength });
export type FastChatHeartbeat = z.infer<typeof FastChatHeartbeat>;

/** Answered at `/receive_heart_beat`: whether the worker is known. */
export const FastChatHeartbeatAnswer = z.object({ exist: z.boolean() });

/** Asked at `/get_worker_address`. */
export const FastChatModelQuestion = z.object({ model: modelName });

/** Asked at `/worker_generate_stream`, for a worker to answer: all but the model passes through. */
export const FastChatGenerationQuestion = z.looseObject({ model: modelName });
export type FastChatGenerationQuestion = z.infer<typeof FastChatGenerationQuestion>;
