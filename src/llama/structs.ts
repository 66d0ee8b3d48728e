/**
 * @file The structs of llama.h that we pass, field by field as llama.cpp v0.5.0 lays them out.
 *
 * `test/llama/layout.test.ts` compiles the bundled headers and compares every size and offset.
 */
import koffi from "koffi";

/** An address; functions answer null for C's NULL. */
export type Pointer = bigint;

const modelParams = koffi.struct("llama_model_params", {
  devices: "void *",
  tensor_buft_overrides: "void *",
  n_gpu_layers: "int32_t",
  split_mode: "int",
  load_mode: "int",
  lazy_mode: "int",
  main_gpu: "int32_t",
  tensor_split: "void *",
  progress_callback: "void *",
  progress_callback_user_data: "void *",
  kv_overrides: "void *",
  vocab_only: "bool",
  check_tensors: "bool",
  use_extra_bufts: "bool",
  no_host: "bool",
  no_alloc: "bool",
  load_mtp: "bool",
});
export type ModelParams = {
  devices: Pointer | null;
  n_gpu_layers: number;
  split_mode: number;
  load_mode: number;
  main_gpu: number;
  tensor_split: Pointer | null;
  vocab_only: boolean;
  check_tensors: boolean;
  no_alloc: boolean;
};

const contextParams = koffi.struct("llama_context_params", {
  n_ctx: "uint32_t",
  n_batch: "uint32_t",
  n_ubatch: "uint32_t",
  n_seq_max: "uint32_t",
  n_rs_seq: "uint32_t",
  n_outputs_max: "uint32_t",
  n_outputs_max_per_seq: "uint32_t",
  n_threads: "int32_t",
  n_threads_batch: "int32_t",
  ctx_type: "int",
  rope_scaling_type: "int",
  pooling_type: "int",
  attention_type: "int",
  flash_attn_type: "int",
  rope_freq_base: "float",
  rope_freq_scale: "float",
  yarn_ext_factor: "float",
  yarn_attn_factor: "float",
  yarn_beta_fast: "float",
  yarn_beta_slow: "float",
  yarn_orig_ctx: "uint32_t",
  defrag_thold: "float",
  cb_eval: "void *",
  cb_eval_user_data: "void *",
  type_k: "int",
  type_v: "int",
  abort_callback: "void *",
  abort_callback_data: "void *",
  embeddings: "bool",
  offload_kqv: "bool",
  no_perf: "bool",
  op_offload: "bool",
  swa_full: "bool",
  kv_unified: "bool",
  samplers: "void *",
  n_samplers: "size_t",
  ctx_other: "void *",
});
export type ContextParams = {
  n_ctx: number;
  n_batch: number;
  n_ubatch: number;
  n_seq_max: number;
  n_threads: number;
  n_threads_batch: number;
  rope_scaling_type: number;
  pooling_type: number;
  flash_attn_type: number;
  rope_freq_base: number;
  rope_freq_scale: number;
  yarn_ext_factor: number;
  yarn_attn_factor: number;
  yarn_beta_fast: number;
  yarn_beta_slow: number;
  yarn_orig_ctx: number;
  type_k: number;
  type_v: number;
  embeddings: boolean;
  no_perf: boolean;
  swa_full: boolean;
  kv_unified: boolean;
};

const batch = koffi.struct("llama_batch", {
  n_tokens: "int32_t",
  token: "int32_t *",
  embd: "float *",
  pos: "int32_t *",
  n_seq_id: "int32_t *",
  seq_id: "void *",
  logits: "int8_t *",
});
/** Columns of n_tokens rows each; `seq_id` holds pointers to one sequence id a row. */
export type Batch = {
  n_tokens: number;
  token: Int32Array;
  embd: null;
  pos: Int32Array;
  n_seq_id: Int32Array;
  seq_id: BigUint64Array;
  logits: Int8Array;
};

const samplerChainParams = koffi.struct("llama_sampler_chain_params", {
  no_perf: "bool",
});

const logitBias = koffi.struct("llama_logit_bias", {
  token: "int32_t",
  bias: "float",
});

/** `data` points at rows of {int32 id; float logit; float p}; samplers may put another pointer there. */
const tokenDataArray = koffi.struct("llama_token_data_array", {
  data: "void *",
  size: "size_t",
  selected: "int64_t",
  sorted: "bool",
});
export type TokenDataArray = { data: Pointer; size: number; selected: number; sorted: boolean };

/** ggml.h: one bool a core first, so that `n_threads` lies 512 bytes in. */
const threadpoolParams = koffi.struct("ggml_threadpool_params", {
  cpumask: koffi.array("bool", 512),
  n_threads: "int",
  prio: "int",
  poll: "uint32_t",
  strict_cpu: "bool",
  paused: "bool",
});

const initParams = koffi.struct("ggml_init_params", {
  mem_size: "size_t",
  mem_buffer: "void *",
  no_alloc: "bool",
});

const quantizeParams = koffi.struct("llama_model_quantize_params", {
  nthread: "int32_t",
  ftype: "int",
  output_tensor_type: "int",
  token_embedding_type: "int",
  allow_requantize: "bool",
  quantize_output_tensor: "bool",
  only_copy: "bool",
  pure: "bool",
  keep_split: "bool",
  dry_run: "bool",
  imatrix: "void *",
  kv_overrides: "void *",
  tt_overrides: "void *",
  prune_layers: "int32_t *",
  max_buf_size: "size_t",
});
export type QuantizeParams = { nthread: number; ftype: number; allow_requantize: boolean };

/** ggml.h's callback for log lines. */
export const logCallback = koffi.proto(
  "void ggml_log_callback(int level, const char *text, void *user_data)",
);

/** Every struct above, for the layout test. */
export const structs = {
  llama_model_params: modelParams,
  llama_context_params: contextParams,
  llama_batch: batch,
  llama_sampler_chain_params: samplerChainParams,
  llama_logit_bias: logitBias,
  llama_token_data_array: tokenDataArray,
  ggml_threadpool_params: threadpoolParams,
  ggml_init_params: initParams,
  llama_model_quantize_params: quantizeParams,
};
