/**
 * @file What FastChat's workers, api server and web UI say to a controller, and hear from it.
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

export const WorkerStatus = z.object({
  model_names: z.array(modelName).min(1).max(1024),
  speed: z.number().positive().max(1e6).catch(1),
  /** Requests that run or wait. */
  queue_length: queueLength,
});
export type WorkerStatus = z.infer<typeof WorkerStatus>;

export const FastChatRegistration = z.object({
  worker_name: workerName,
  /** Whether it is gone when its beats stop. */
  check_heart_beat: z.boolean().default(true),
  /** Null: the controller has to ask. */
  worker_status: WorkerStatus.nullish(),
  multimodal: z.boolean().nullish(),
});
export type FastChatRegistration = z.infer<typeof FastChatRegistration>;

export const FastChatHeartbeat = z.object({ worker_name: workerName, queue_length: queueLength });
export type FastChatHeartbeat = z.infer<typeof FastChatHeartbeat>;
export const HeartbeatAnswer = z.object({ exist: z.boolean() });

export const ModelQuestion = z.object({ model: modelName });
/** The parameters of `/worker_generate_stream`, which pass through as they are. */
export const AnyGeneration = z.looseObject({ model: modelName });
export type AnyGeneration = z.infer<typeof AnyGeneration>;
