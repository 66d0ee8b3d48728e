/** @file What the engine's two threads say to each other. */
import type { Pooling } from "../llama/context.ts";
import type { LogLevel } from "../llama/native.ts";
import type { Sampling } from "../llama/sampler.ts";
import type { Pointer } from "../llama/structs.ts";
import type { ChoiceTimings, Finish, PromptProgress, TokenLogprobs } from "../protocol/answer.ts";
import type { AdapterSet } from "./adapter-set.ts";
import type { ThoughtOptions } from "./thought-budget.ts";

/** One prompt and how it is to be answered, `choices` times. */
export type Generation = {
  /** (promptTokens,) */
  tokens: Int32Array;
  choices: number;
  /** Null generates until the model ends or the context does; 0 only reads the prompt. */
  maxTokens: number | null;
  minTokens: number;
  stops: string[];
  stopTokens: number[];
  ignoreEnd: boolean;
  sampling: Sampling;
  /** GBNF, and the request's field that it comes from. */
  grammar: { gbnf: string; param: string } | null;
  /** Control tokens whose spelling is part of the text. */
  visible: number[];
  thought: ThoughtOptions | null;
  /** Alternatives that each token is told with; null tells no log-probabilities. */
  logprobs: number | null;
  /** Tells the prompt's own too; for that all of it is evaluated, whatever is cached. */
  promptLogprobs: boolean;
  /** Tells how far the prompt is read. */
  progress: boolean;
  /** Tells the timings so far with each text. */
  timingsPerToken: boolean;
  /** Whether a slot's cached beginning may be used. */
  cachePrompt: boolean;
  /** Tokens that may be drafted at once; 0 drafts none, null leaves it to the engine. */
  draftMax: number | null;
  trimStart: boolean;
  /** Names of the conversation's beginnings (protocol/prefix.ts), kept with the slot. */
  prefixes: string[];
  /** The adapters that the model answers with. */
  adapters: AdapterSet;
};

export type ToThread =
  | { type: "generate"; id: number; generation: Generation }
  | { type: "embed"; id: number; inputs: Int32Array[]; adapters: AdapterSet }
  | { type: "load"; id: number; path: string }
  /** `adapter` is its number. */
  | { type: "unload"; id: number; adapter: number }
  | { type: "cancel"; id: number }
  | { type: "close" };

/** News of one choice of one request. */
export type ChoiceEvent = {
  id: number;
  choice: number;
  text: string;
  /** Of the tokens that `text` is made of. */
  logprobs?: TokenLogprobs[];
  /** Of the prompt's tokens; null for the first. Once, with the request's first choice. */
  promptLogprobs?: (TokenLogprobs | null)[];
  progress?: PromptProgress;
  timings?: ChoiceTimings;
  finish?: Finish & { reason: "stop" | "length" };
};

/** A slot as `/slots` shows it. */
export type SlotState = {
  id: number;
  busy: boolean;
  request: number | null;
  cachedTokens: number;
  promptTokens: number;
  completionTokens: number;
  prefixes: string[];
};

/** Whether tokens are drafted; `impossible` where the model cannot take them back. */
type SpeculationState = "on" | "off" | "impossible";

export type EngineInfo = {
  /** Addresses the main thread may tokenise with. */
  model: Pointer;
  contextSize: number;
  trainedContext: number;
  embeddingLength: number;
  modelBytes: number;
  threads: number;
  gpu: string;
  devices: string[];
  generates: boolean;
  speculation: SpeculationState;
  /** Null when this engine gives no embeddings. */
  pooling: Pooling | null;
};

export type FromThread =
  | { type: "ready"; info: EngineInfo }
  | { type: "failed"; message: string; usage: boolean }
  | { type: "step"; events: ChoiceEvent[] }
  | { type: "slots"; slots: SlotState[] }
  | { type: "refused"; id: number; message: string; param: string | null }
  /** One is loaded, or unloaded and its memory free. */
  | { type: "adapter"; id: number; adapter: number }
  | { type: "embedded"; id: number; vectors: Float32Array[] }
  | { type: "log"; level: LogLevel; line: string }
  | { type: "notice"; line: string };

/** Figures the loop keeps current in shared memory, so that reading them never waits for a step. */
const gauges = [
  "busy",
  "queued",
  "pendingTokens",
  "tokensPerSecond",
  "kvUsed",
  "steps",
  "promptTokens",
  "cachedTokens",
  "completionTokens",
  "drafts",
  "draftedTokens",
  "acceptedTokens",
] as const;
export type Gauge = (typeof gauges)[number];

/** A table of figures over shared memory: one thread writes, the other reads. */
export class Gauges {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Float64Array;

  constructor(memory = new SharedArrayBuffer(gauges.length * 8)) {
    this.memory = memory;
    this.#cells = new Float64Array(memory);
  }

  get(name: Gauge): number {
    return this.#cells[gauges.indexOf(name)] as number;
  }

  set(name: Gauge, value: number): void {
    this.#cells[gauges.indexOf(name)] = value;
  }

  add(name: Gauge, value: number): void {
    this.set(name, this.get(name) + value);
  }
}
