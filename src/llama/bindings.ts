/**
 * @file The functions of llama.h and ggml that we call: each C prototype beside its TypeScript type.
 *
 * Source: include/llama.h, ggml/include/{ggml,ggml-backend,ggml-cpu}.h of llama.cpp v0.5.0.
 */
import koffi from "koffi";
import type {
  Batch,
  ContextParams,
  ModelParams,
  Pointer,
  QuantizeParams,
  TokenDataArray,
} from "./structs.ts";
import "./structs.ts"; // registers the struct names that the prototypes below mention

type Prototype<F> = { readonly c: string; readonly type?: F };
export const proto = <F>(c: string): Prototype<F> => ({ c });
export type Bound<T> = { [K in keyof T]: T[K] extends Prototype<infer F> ? F : never };

type Of = (pointer: Pointer) => Pointer;
type Count = (pointer: Pointer) => number;
type Ask = (pointer: Pointer) => boolean;
type Release = (pointer: Pointer) => void;
type Maybe = Pointer | null;

export const llamaPrototypes = {
  llama_version: proto<() => string>("const char *llama_version()"),
  llama_log_get: proto<(callback: BigUint64Array, data: BigUint64Array) => void>(
    "void llama_log_get(void *log_callback, void *user_data)",
  ),
  llama_log_set: proto<(callback: Maybe, data: null) => void>(
    "void llama_log_set(void *log_callback, void *user_data)",
  ),
  llama_max_devices: proto<() => number>("size_t llama_max_devices()"),
  llama_backend_init: proto<() => void>("void llama_backend_init()"),
  llama_model_default_params: proto<() => ModelParams>(
    "llama_model_params llama_model_default_params()",
  ),
  llama_context_default_params: proto<() => ContextParams>(
    "llama_context_params llama_context_default_params()",
  ),

  llama_model_load_from_file: proto<(path: string, params: ModelParams) => Maybe>(
    "void *llama_model_load_from_file(const char *path_model, llama_model_params params)",
  ),
  llama_model_free: proto<Release>("void llama_model_free(void *model)"),
  llama_model_get_vocab: proto<Of>("void *llama_model_get_vocab(void *model)"),
  llama_model_n_ctx_train: proto<Count>("int32_t llama_model_n_ctx_train(void *model)"),
  llama_model_rope_type: proto<Count>("int llama_model_rope_type(void *model)"),
  llama_model_n_embd_out: proto<Count>("int32_t llama_model_n_embd_out(void *model)"),
  llama_model_n_cls_out: proto<Count>("uint32_t llama_model_n_cls_out(void *model)"),
  llama_model_n_swa: proto<Count>("int32_t llama_model_n_swa(void *model)"),
  llama_model_size: proto<Count>("uint64_t llama_model_size(void *model)"),
  llama_model_has_encoder: proto<Ask>("bool llama_model_has_encoder(void *model)"),
  llama_model_has_decoder: proto<Ask>("bool llama_model_has_decoder(void *model)"),
  llama_model_is_recurrent: proto<Ask>("bool llama_model_is_recurrent(void *model)"),
  llama_model_is_hybrid: proto<Ask>("bool llama_model_is_hybrid(void *model)"),
  llama_model_is_diffusion: proto<Ask>("bool llama_model_is_diffusion(void *model)"),

  llama_model_quantize_default_params: proto<() => QuantizeParams>(
    "llama_model_quantize_params llama_model_quantize_default_params()",
  ),
  llama_model_quantize: proto<(input: string, output: string, params: QuantizeParams) => number>(
    "uint32_t llama_model_quantize(const char *fname_inp, const char *fname_out, llama_model_quantize_params *params)",
  ),

  llama_adapter_lora_init: proto<(model: Pointer, path: string) => Maybe>(
    "void *llama_adapter_lora_init(void *model, const char *path_lora)",
  ),
  llama_adapter_lora_free: proto<(adapter: Pointer) => void>(
    "void llama_adapter_lora_free(void *adapter)",
  ),
  llama_set_adapters_lora: proto<
    (context: Pointer, adapters: BigUint64Array, count: number, scales: Float32Array) => number
  >("int32_t llama_set_adapters_lora(void *ctx, void *adapters, size_t n_adapters, float *scales)"),

  llama_init_from_model: proto<(model: Pointer, params: ContextParams) => Maybe>(
    "void *llama_init_from_model(void *model, llama_context_params params)",
  ),
  llama_free: proto<Release>("void llama_free(void *ctx)"),
  llama_n_ctx: proto<Count>("uint32_t llama_n_ctx(void *ctx)"),
  llama_pooling_type: proto<Count>("int llama_pooling_type(void *ctx)"),
  llama_attach_threadpool: proto<(context: Pointer, decode: Pointer, batch: Pointer) => void>(
    "void llama_attach_threadpool(void *ctx, void *threadpool, void *threadpool_batch)",
  ),
  llama_detach_threadpool: proto<Release>("void llama_detach_threadpool(void *ctx)"),
  llama_decode: proto<(context: Pointer, batch: Batch) => number>(
    "int32_t llama_decode(void *ctx, llama_batch batch)",
  ),
  llama_synchronize: proto<Release>("void llama_synchronize(void *ctx)"),
  llama_get_logits_ith: proto<(context: Pointer, row: number) => Maybe>(
    "void *llama_get_logits_ith(void *ctx, int32_t i)",
  ),
  llama_get_embeddings_seq: proto<(context: Pointer, sequence: number) => Maybe>(
    "void *llama_get_embeddings_seq(void *ctx, int32_t seq_id)",
  ),

  llama_get_memory: proto<(context: Pointer) => Maybe>("void *llama_get_memory(void *ctx)"),
  llama_memory_clear: proto<(memory: Pointer, data: boolean) => void>(
    "void llama_memory_clear(void *mem, bool data)",
  ),
  llama_memory_seq_rm: proto<
    (memory: Pointer, sequence: number, from: number, to: number) => boolean
  >("bool llama_memory_seq_rm(void *mem, int32_t seq_id, int32_t p0, int32_t p1)"),
  llama_memory_seq_cp: proto<
    (memory: Pointer, source: number, target: number, from: number, to: number) => void
  >(
    "void llama_memory_seq_cp(void *mem, int32_t seq_id_src, int32_t seq_id_dst, int32_t p0, int32_t p1)",
  ),
  llama_memory_seq_pos_min: proto<(memory: Pointer, sequence: number) => number>(
    "int32_t llama_memory_seq_pos_min(void *mem, int32_t seq_id)",
  ),
  llama_state_seq_get_size: proto<(context: Pointer, sequence: number) => number>(
    "size_t llama_state_seq_get_size(void *ctx, int32_t seq_id)",
  ),
  llama_state_seq_get_data: proto<
    (context: Pointer, target: Uint8Array, size: number, sequence: number) => number
  >("size_t llama_state_seq_get_data(void *ctx, uint8_t *dst, size_t size, int32_t seq_id)"),
  llama_state_seq_set_data: proto<
    (context: Pointer, source: Uint8Array, size: number, sequence: number) => number
  >("size_t llama_state_seq_set_data(void *ctx, uint8_t *src, size_t size, int32_t dest_seq_id)"),

  llama_vocab_n_tokens: proto<Count>("int32_t llama_vocab_n_tokens(void *vocab)"),
  llama_vocab_get_text: proto<(vocab: Pointer, token: number) => string>(
    "const char *llama_vocab_get_text(void *vocab, int32_t token)",
  ),
  llama_vocab_is_eog: proto<(vocab: Pointer, token: number) => boolean>(
    "bool llama_vocab_is_eog(void *vocab, int32_t token)",
  ),
  llama_vocab_get_attr: proto<(vocab: Pointer, token: number) => number>(
    "int llama_vocab_get_attr(void *vocab, int32_t token)",
  ),
  llama_vocab_bos: proto<Count>("int32_t llama_vocab_bos(void *vocab)"),
  llama_vocab_eos: proto<Count>("int32_t llama_vocab_eos(void *vocab)"),
  llama_vocab_pad: proto<Count>("int32_t llama_vocab_pad(void *vocab)"),
  llama_vocab_sep: proto<Count>("int32_t llama_vocab_sep(void *vocab)"),
  llama_vocab_get_add_bos: proto<Ask>("bool llama_vocab_get_add_bos(void *vocab)"),
  llama_vocab_get_add_eos: proto<Ask>("bool llama_vocab_get_add_eos(void *vocab)"),
  llama_vocab_get_add_sep: proto<Ask>("bool llama_vocab_get_add_sep(void *vocab)"),
  llama_vocab_fim_pre: proto<Count>("int32_t llama_vocab_fim_pre(void *vocab)"),
  llama_vocab_fim_suf: proto<Count>("int32_t llama_vocab_fim_suf(void *vocab)"),
  llama_vocab_fim_mid: proto<Count>("int32_t llama_vocab_fim_mid(void *vocab)"),
  llama_vocab_fim_rep: proto<Count>("int32_t llama_vocab_fim_rep(void *vocab)"),
  llama_vocab_fim_sep: proto<Count>("int32_t llama_vocab_fim_sep(void *vocab)"),
  llama_tokenize: proto<
    (
      vocab: Pointer,
      text: Uint8Array,
      bytes: number,
      tokens: Int32Array,
      capacity: number,
      addSpecial: boolean,
      parseSpecial: boolean,
    ) => number
  >(
    "int32_t llama_tokenize(void *vocab, uint8_t *text, int32_t text_len, int32_t *tokens, int32_t n_tokens_max, bool add_special, bool parse_special)",
  ),
  llama_token_to_piece: proto<
    (
      vocab: Pointer,
      token: number,
      buffer: Uint8Array,
      length: number,
      strip: number,
      special: boolean,
    ) => number
  >(
    "int32_t llama_token_to_piece(void *vocab, int32_t token, uint8_t *buf, int32_t length, int32_t lstrip, bool special)",
  ),

  llama_sampler_chain_init: proto<(params: { no_perf: boolean }) => Pointer>(
    "void *llama_sampler_chain_init(llama_sampler_chain_params params)",
  ),
  llama_sampler_chain_add: proto<(chain: Pointer, sampler: Pointer) => void>(
    "void llama_sampler_chain_add(void *chain, void *smpl)",
  ),
  llama_sampler_chain_remove: proto<(chain: Pointer, index: number) => Pointer>(
    "void *llama_sampler_chain_remove(void *chain, int32_t i)",
  ),
  llama_sampler_free: proto<Release>("void llama_sampler_free(void *smpl)"),
  llama_sampler_sample: proto<(sampler: Pointer, context: Pointer, row: number) => number>(
    "int32_t llama_sampler_sample(void *smpl, void *ctx, int32_t idx)",
  ),
  llama_sampler_apply: proto<(sampler: Pointer, candidates: TokenDataArray) => void>(
    "void llama_sampler_apply(void *smpl, _Inout_ llama_token_data_array *cur_p)",
  ),
  llama_sampler_accept: proto<(sampler: Pointer, token: number) => void>(
    "void llama_sampler_accept(void *smpl, int32_t token)",
  ),
  llama_sampler_init_greedy: proto<() => Pointer>("void *llama_sampler_init_greedy()"),
  llama_sampler_init_dist: proto<(seed: number) => Pointer>(
    "void *llama_sampler_init_dist(uint32_t seed)",
  ),
  llama_sampler_init_top_k: proto<(k: number) => Pointer>(
    "void *llama_sampler_init_top_k(int32_t k)",
  ),
  llama_sampler_init_top_p: proto<(p: number, minKeep: number) => Pointer>(
    "void *llama_sampler_init_top_p(float p, size_t min_keep)",
  ),
  llama_sampler_init_min_p: proto<(p: number, minKeep: number) => Pointer>(
    "void *llama_sampler_init_min_p(float p, size_t min_keep)",
  ),
  llama_sampler_init_typical: proto<(p: number, minKeep: number) => Pointer>(
    "void *llama_sampler_init_typical(float p, size_t min_keep)",
  ),
  llama_sampler_init_temp_ext: proto<
    (temperature: number, delta: number, exponent: number) => Pointer
  >("void *llama_sampler_init_temp_ext(float t, float delta, float exponent)"),
  llama_sampler_init_xtc: proto<(p: number, t: number, minKeep: number, seed: number) => Pointer>(
    "void *llama_sampler_init_xtc(float p, float t, size_t min_keep, uint32_t seed)",
  ),
  llama_sampler_init_top_n_sigma: proto<(n: number) => Pointer>(
    "void *llama_sampler_init_top_n_sigma(float n)",
  ),
  llama_sampler_init_mirostat: proto<
    (vocab: number, seed: number, tau: number, eta: number, m: number) => Pointer
  >(
    "void *llama_sampler_init_mirostat(int32_t n_vocab, uint32_t seed, float tau, float eta, int32_t m)",
  ),
  llama_sampler_init_mirostat_v2: proto<(seed: number, tau: number, eta: number) => Pointer>(
    "void *llama_sampler_init_mirostat_v2(uint32_t seed, float tau, float eta)",
  ),
  llama_sampler_init_penalties: proto<
    (vocab: number, lastN: number, repeat: number, frequency: number, presence: number) => Pointer
  >(
    "void *llama_sampler_init_penalties(int32_t n_vocab, int32_t penalty_last_n, float penalty_repeat, float penalty_freq, float penalty_present)",
  ),
  llama_sampler_init_dry: proto<
    (
      vocab: Pointer,
      multiplier: number,
      base: number,
      allowedLength: number,
      lastN: number,
      breakers: string[],
      count: number,
    ) => Pointer
  >(
    "void *llama_sampler_init_dry(void *vocab, float dry_multiplier, float dry_base, int32_t dry_allowed_length, int32_t dry_penalty_last_n, const char **seq_breakers, size_t num_breakers)",
  ),
  llama_sampler_init_logit_bias: proto<
    (vocab: number, count: number, bias: { token: number; bias: number }[]) => Pointer
  >(
    "void *llama_sampler_init_logit_bias(int32_t n_vocab, int32_t n_logit_bias, llama_logit_bias *logit_bias)",
  ),
};

/** libggml: the registry of backends and devices. */
export const ggmlPrototypes = {
  ggml_backend_load_all_from_path: proto<(directory: string) => void>(
    "void ggml_backend_load_all_from_path(const char *dir_path)",
  ),
  ggml_backend_load: proto<(file: string) => Maybe>("void *ggml_backend_load(const char *path)"),
  ggml_backend_dev_count: proto<() => number>("size_t ggml_backend_dev_count()"),
  ggml_backend_dev_get: proto<(index: number) => Pointer>(
    "void *ggml_backend_dev_get(size_t index)",
  ),
  ggml_backend_dev_by_type: proto<(type: number) => Maybe>(
    "void *ggml_backend_dev_by_type(int type)",
  ),
};

/** libggml-base: devices and thread pools. */
export const ggmlBasePrototypes = {
  ggml_backend_dev_type: proto<Count>("int ggml_backend_dev_type(void *device)"),
  ggml_backend_dev_name: proto<(device: Pointer) => string>(
    "const char *ggml_backend_dev_name(void *device)",
  ),
  ggml_backend_dev_description: proto<(device: Pointer) => string>(
    "const char *ggml_backend_dev_description(void *device)",
  ),
  ggml_backend_dev_memory: proto<
    (device: Pointer, free: BigUint64Array, total: BigUint64Array) => void
  >("void ggml_backend_dev_memory(void *device, void *free, void *total)"),
  ggml_backend_dev_backend_reg: proto<Of>("void *ggml_backend_dev_backend_reg(void *device)"),
  ggml_backend_reg_get_proc_address: proto<(registry: Pointer, name: string) => Maybe>(
    "void *ggml_backend_reg_get_proc_address(void *reg, const char *name)",
  ),
  ggml_threadpool_params_init: proto<(params: object, threads: number) => void>(
    "void ggml_threadpool_params_init(_Inout_ ggml_threadpool_params *p, int n_threads)",
  ),
};

/** Reached by name through the CPU backend's registry, since its library differs by processor. */
export const threadpoolNew = koffi.proto(
  "void *ggml_threadpool_new(ggml_threadpool_params *params)",
);
export const threadpoolFree = koffi.proto("void ggml_threadpool_free(void *threadpool)");

export type LlamaFunctions = Bound<typeof llamaPrototypes>;
export type GgmlFunctions = Bound<typeof ggmlPrototypes & typeof ggmlBasePrototypes>;

/** Binds each prototype to its symbol in the library at `file`. */
export function bind<T extends Record<string, Prototype<unknown>>>(
  file: string,
  prototypes: T,
): Bound<T> {
  const library = koffi.load(file);
  const bound = Object.entries(prototypes).map(([name, { c }]) => [name, library.func(c)]);
  return Object.fromEntries(bound) as Bound<T>;
}
