/**
 * @file What workers, the controller and the api tell each other (our native protocol).
 *
 * A worker dials out: `POST /registry/workers` with a `Registration`; the answer is an SSE stream
 * that stays open for as long as the worker lives, and whose loss, on either side, ends the
 * registration at once. Its first event is `Registered`. Beside it the worker posts a `Heartbeat`
 * every 2 s ± 20 % to `/registry/workers/{id}/heartbeat`; without one for 6 s the lease ends too.
 * The api watches `GET /registry/watch`, an SSE stream of `RegistryEvent`s: a snapshot first, then
 * each change. All of them carry the join token as `Authorization: Bearer`.
 */
import { z } from "zod";
import { LoraName, maxAdapters } from "./lora.ts";
import { capabilities } from "./openai.ts";
import { UpstreamFacts } from "./upstream.ts";

export const heartbeatMs = 2000;
export const leaseMs = 6000;

export const dispatchMethods = ["auto", "shortest_queue", "lottery"] as const;
export const DispatchMethod = z.enum(dispatchMethods);
export type DispatchMethod = z.infer<typeof DispatchMethod>;

const count = z.number().min(0).max(1e12).catch(0);

/** What a worker has on its hands; absurd figures read as 0, so that one bad beat harms nobody. */
export const Load = z.object({
  slots: count,
  /** Slots with a running request. */
  busy: count,
  /** Requests that wait for a slot. */
  queued: count,
  /** Tokens that running and waiting requests are still expected to evaluate. */
  pending_tokens: count,
  /** Tokens per second over the last requests, prefill and decode together; 0 when unknown. */
  tokens_per_second: count,
  kv_cells: count,
  kv_used: count,
  /** Hashes of conversation prefixes whose KV is cached (protocol/prefix.ts), newest first. */
  prefixes: z.array(z.string().max(32)).max(512).catch([]),
});
export type Load = z.infer<typeof Load>;

/** What a model's file says of it, for clients that show it. */
export const ModelFacts = z.object({
  architecture: z.string().max(64),
  parameter_count: z.number(),
  size_bytes: z.number(),
  /** The format of most weights: `Q4_K_M`. */
  file_type: z.string().max(64).optional(),
});
export type ModelFacts = z.infer<typeof ModelFacts>;

const AdapterNames = z.array(LoraName).max(maxAdapters);

export const ServedModel = z.object({
  id: z.string().min(1).max(512),
  aliases: z.array(z.string().min(1).max(512)).max(64),
  capabilities: z.array(z.enum(capabilities)),
  /** Names of its LoRA adapters: each is served as `id:adapter`. */
  adapters: AdapterNames.optional(),
  context_size: z.int().positive(),
  /** Unix time, s. */
  created: z.int(),
  /** Part of the id of each response that this worker stores, so that an api finds it again. */
  response_tag: z
    .string()
    .regex(/^[0-9a-z]{1,32}$/)
    .optional(),
  facts: ModelFacts.optional().catch(undefined),
  /** The server behind a worker that computes nothing itself. */
  upstream: UpstreamFacts.optional().catch(undefined),
});
export type ServedModel = z.infer<typeof ServedModel>;

export const Registration = z.object({
  worker_id: z.uuid(),
  /** Where the api reaches the worker: `http://host:port`. */
  address: z.url({ protocol: /^https?$/ }),
  version: z.string().max(64),
  model: ServedModel,
  /** FastChat's lottery weight. */
  speed: z.number().positive().max(1e6).default(1),
  load: Load,
});
export type Registration = z.infer<typeof Registration>;

export const Registered = z.object({
  epoch: z.int(),
  heartbeat_ms: z.int(),
  lease_ms: z.int(),
});
export type Registered = z.infer<typeof Registered>;

export const Heartbeat = z.object({
  load: Load,
  draining: z.boolean().default(false),
  /** The model's adapters, when they have changed since they were last told. */
  adapters: AdapterNames.optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** How a worker is asked: on our own routes, or on FastChat's `/worker_*`. */
const WorkerWire = z.enum(["native", "fastchat"]);

/** A worker as the controller knows it. */
export const WorkerState = z.object({
  worker_id: z.string(),
  address: z.string(),
  model: ServedModel,
  speed: z.number(),
  load: Load,
  draining: z.boolean(),
  /** Absent: native. */
  wire: WorkerWire.optional(),
});
export type WorkerState = z.infer<typeof WorkerState>;

export const RegistryEvent = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("snapshot"),
    epoch: z.int(),
    dispatch_method: DispatchMethod,
    workers: z.array(WorkerState),
  }),
  z.object({ type: z.literal("worker"), worker: WorkerState }),
  z.object({ type: z.literal("gone"), worker_id: z.string() }),
]);
export type RegistryEvent = z.infer<typeof RegistryEvent>;
