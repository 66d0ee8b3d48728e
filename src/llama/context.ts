/**
 * @file A llama context: the KV cache, one batch at a time, and the thread pool that evaluates it.
 *
 * The pool is made once and attached: without it ggml builds and destroys threads for every graph,
 * which costs a third of single-stream speed.
 */
import koffi from "koffi";
import { UsageError } from "../errors/usage-error.ts";
import { assertValueType, blockComplaint, type KvType, kvTypeId } from "./kv-types.ts";
import type { Model } from "./model.ts";
import type { Native } from "./native.ts";
import { assertRotary, type RopeOptions, setRope } from "./rope.ts";
import type { Batch, Pointer } from "./structs.ts";
import { freeThreadpool, newThreadpool } from "./threadpool.ts";

const flashAttentionModes = { auto: -1, off: 0, on: 1 };
export type FlashAttention = keyof typeof flashAttentionModes;

const poolings = {
  unspecified: -1,
  none: 0,
  mean: 1,
  cls: 2,
  last: 3,
  rank: 4,
};
export type Pooling = keyof typeof poolings;

export type ContextOptions = {
  /** KV cells shared by all sequences, in tokens. */
  contextSize: number;
  /** Tokens of one `decode`; also the physical batch. */
  batchSize: number;
  sequences: number;
  threads: number;
  kvType: KvType;
  /** Of the cache's values, where it is not that of its keys. */
  valueType?: KvType | undefined;
  flashAttention: FlashAttention;
  rope?: RopeOptions | undefined;
  /** Another context whose threads it uses: the two never decode at once. */
  threadsOf?: Context;
  /** Set for a context that gives one pooled vector a sequence instead of logits. */
  pooling?: Pooling;
};

/** What `decode` came to: `full` means no KV cells were free and nothing was evaluated. */
export type DecodeResult = "ok" | "full";

export class Context {
  readonly contextSize: number;
  readonly pooling: Pooling;
  readonly pointer: Pointer;
  readonly #native: Native;
  readonly #memory: Pointer | null;
  readonly #threadpool: Pointer;
  readonly #ownsThreads: boolean;
  readonly #pooledLength: number;

  /** @throws {UsageError} there is not enough memory, or the options do not suit the model. */
  constructor(
    native: Native,
    model: Model,
    options: ContextOptions,
    lastError: () => string | null,
  ) {
    const { rope = {}, valueType = options.kvType } = options;
    assertRotary(rope, model.rotary);
    assertValueType(valueType, options.flashAttention);
    const { llama } = native;
    const params = llama.llama_context_default_params();
    params.n_ctx = options.contextSize;
    params.n_batch = options.batchSize;
    params.n_ubatch = options.batchSize;
    params.n_seq_max = options.sequences;
    params.n_threads = options.threads;
    params.n_threads_batch = options.threads;
    params.type_k = kvTypeId(options.kvType);
    params.type_v = kvTypeId(valueType);
    params.flash_attn_type = flashAttentionModes[options.flashAttention];
    setRope(params, rope);
    params.kv_unified = true;
    params.swa_full = true; // a window's cells alone could not be rewound to a shared prefix
    params.embeddings = options.pooling !== undefined;
    if (options.pooling !== undefined) params.pooling_type = poolings[options.pooling];
    const pointer = llama.llama_init_from_model(model.pointer, params);
    if (pointer === null) throw new UsageError(refusal(options.contextSize, lastError()));
    this.#native = native;
    this.pointer = pointer;
    this.contextSize = llama.llama_n_ctx(pointer);
    this.pooling = poolingName(llama.llama_pooling_type(pointer));
    this.#pooledLength = this.pooling === "rank" ? model.classes : model.embeddingLength;
    this.#memory = llama.llama_get_memory(pointer);
    const { threads, threadsOf } = options;
    this.#ownsThreads = threadsOf === undefined;
    this.#threadpool = threadsOf ? threadsOf.#threadpool : newThreadpool(native, threads);
    llama.llama_attach_threadpool(pointer, this.#threadpool, this.#threadpool);
  }

  /** Evaluates the batch's tokens into the KV cache. */
  decode(batch: Batch): DecodeResult {
    const code = this.#native.llama.llama_decode(this.pointer, batch);
    if (code === 0) return "ok";
    if (code === 1) return "full";
    throw new Error(`llama_decode failed with ${code}`);
  }

  /** @throws {Error} no KV cells were free for a batch that was to fit. */
  decodeWhole(batch: Batch): void {
    if (this.decode(batch) === "full")
      throw new Error("llama.cpp has no room for a batch that was to fit");
  }

  /** Waits for what `decode` began on a device of its own. */
  synchronize(): void {
    this.#native.llama.llama_synchronize(this.pointer);
  }

  /** Evaluates one token and forgets it, so that the first request does not pay for first touches. */
  warmUp(): void {
    const batch = new TokenBatch(1, 1);
    batch.add(0, 0, 0, true);
    this.decodeWhole(batch.columns);
    this.clear();
  }

  /** Forgets positions from…end of a sequence; false when the model cannot be rewound that way. */
  forget(sequence: number, from = 0): boolean {
    if (this.#memory === null) return true;
    return this.#native.llama.llama_memory_seq_rm(this.#memory, sequence, from, -1);
  }

  /** Shares the first `length` positions of `source` with `target`, which must be empty. */
  share(source: number, target: number, length = -1): void {
    if (this.#memory === null) return;
    this.#native.llama.llama_memory_seq_cp(
      this.#memory,
      source,
      target,
      length < 0 ? -1 : 0,
      length,
    );
  }

  /** The first position that a sequence still holds; −1 when it is empty. */
  firstPosition(sequence: number): number {
    if (this.#memory === null) return -1;
    return this.#native.llama.llama_memory_seq_pos_min(this.#memory, sequence);
  }

  clear(): void {
    if (this.#memory !== null) this.#native.llama.llama_memory_clear(this.#memory, false);
  }

  /** A copy of the sequence's part of the cache. */
  saveSequence(sequence: number): Uint8Array | null {
    const { llama } = this.#native;
    const state = new Uint8Array(Number(llama.llama_state_seq_get_size(this.pointer, sequence)));
    const written = llama.llama_state_seq_get_data(this.pointer, state, state.length, sequence);
    return Number(written) === 0 ? null : state;
  }

  /** Puts a saved copy back into an empty sequence; false when there is no room for it. */
  restoreSequence(sequence: number, state: Uint8Array): boolean {
    const { llama } = this.#native;
    return Number(llama.llama_state_seq_set_data(this.pointer, state, state.length, sequence)) > 0;
  }

  /** The logits of a row of the last batch that asked for output: (vocabulary,). */
  logits(row: number, vocabularySize: number): Float32Array {
    return this.logitsInPlace(row, vocabularySize).slice();
  }

  /** The same without a copy: good until the next `decode`. */
  logitsInPlace(row: number, vocabularySize: number): Float32Array {
    const pointer = this.#native.llama.llama_get_logits_ith(this.pointer, row);
    if (pointer === null) throw new Error("llama.cpp gave no logits for the row");
    return new Float32Array(koffi.view(pointer, vocabularySize * 4));
  }

  /**
   * What a sequence of the last batch was pooled to, as the model gives it: (embeddingLength,), or
   * with rank pooling (classes,).
   */
  embedding(sequence: number): Float32Array {
    const pointer = this.#native.llama.llama_get_embeddings_seq(this.pointer, sequence);
    if (pointer === null) throw new Error("llama.cpp gave no embedding for the sequence");
    return new Float32Array(koffi.view(pointer, this.#pooledLength * 4)).slice();
  }

  /** In place of those before; the next `decode` plans its graphs anew. */
  applyAdapters(adapters: { pointer: Pointer; scale: number }[]): void {
    const pointers = BigUint64Array.from(adapters, ({ pointer }) => pointer);
    const scales = Float32Array.from(adapters, ({ scale }) => scale);
    const { llama } = this.#native;
    if (llama.llama_set_adapters_lora(this.pointer, pointers, adapters.length, scales) !== 0)
      throw new UsageError("The LoRA adapters cannot be applied to this model.");
  }

  free(): void {
    const { llama } = this.#native;
    llama.llama_detach_threadpool(this.pointer);
    llama.llama_free(this.pointer);
    if (this.#ownsThreads) freeThreadpool(this.#native, this.#threadpool);
  }
}

/** A reusable batch: `add` rows, hand `columns` to `Context.decode`, `reset`. */
export class TokenBatch {
  readonly columns: Batch;
  readonly size: number;
  readonly #sequenceIds: bigint[];
  readonly #ids: Int32Array;

  constructor(size: number, sequences: number) {
    this.size = size;
    this.#ids = Int32Array.from({ length: sequences }, (_, id) => id); // kept: the batch points into it
    const first = koffi.address(this.#ids);
    this.#sequenceIds = Array.from(this.#ids, (id) => first + BigInt(id * 4));
    this.columns = {
      n_tokens: 0,
      token: new Int32Array(size),
      embd: null,
      pos: new Int32Array(size),
      n_seq_id: new Int32Array(size).fill(1),
      seq_id: new BigUint64Array(size),
      logits: new Int8Array(size),
    };
  }

  get length(): number {
    return this.columns.n_tokens;
  }

  get free(): number {
    return this.size - this.columns.n_tokens;
  }

  reset(): void {
    this.columns.n_tokens = 0;
  }

  /** Adds a row and returns its index; with `output`, logits (or an embedding) are kept for it. */
  add(token: number, position: number, sequence: number, output: boolean): number {
    const { columns } = this;
    const row = columns.n_tokens++;
    columns.token[row] = token;
    columns.pos[row] = position;
    columns.seq_id[row] = this.#sequenceIds[sequence] as bigint;
    columns.logits[row] = output ? 1 : 0;
    return row;
  }
}

/** llama.cpp's complaint, in one sentence. */
function refusal(contextSize: number, reason: string | null): string {
  const said = reason?.replace(/^\w+: /, "") ?? "out of memory";
  const aboutBlocks = blockComplaint(said);
  if (aboutBlocks !== null) return aboutBlocks;
  return `A context of ${contextSize} tokens cannot be made (${said}); try a smaller --context-size.`;
}

function poolingName(code: number): Pooling {
  const found = Object.entries(poolings).find(([, value]) => value === code);
  return (found?.[0] ?? "unspecified") as Pooling;
}
