/**
 * @file The functions of ggml with which one computes by hand: contexts, tensors, operations, graphs,
 * buffers. What serves models needs none of them; what trains them needs nothing else.
 *
 * Source: ggml/include/{ggml,ggml-alloc,ggml-backend}.h of llama.cpp v0.5.0.
 */
import koffi from "koffi";
import { type Bound, bind, proto } from "./bindings.ts";
import { libraryFile } from "./libraries.ts";
import type { Pointer } from "./structs.ts";
import "./structs.ts"; // registers ggml_init_params

type Make = (context: Pointer, a: Pointer) => Pointer;
type Make2 = (context: Pointer, a: Pointer, b: Pointer) => Pointer;
type Release = (pointer: Pointer) => void;
type Maybe = Pointer | null;

const unary = (name: string) => proto<Make>(`void *${name}(void *ctx, void *a)`);
const binary = (name: string) => proto<Make2>(`void *${name}(void *ctx, void *a, void *b)`);

const tensorPrototypes = {
  ggml_init: proto<(params: { mem_size: number; mem_buffer: null; no_alloc: boolean }) => Maybe>(
    "void *ggml_init(ggml_init_params params)",
  ),
  ggml_free: proto<Release>("void ggml_free(void *ctx)"),
  ggml_tensor_overhead: proto<() => number>("size_t ggml_tensor_overhead()"),
  ggml_graph_overhead_custom: proto<(size: number, gradients: boolean) => number>(
    "size_t ggml_graph_overhead_custom(size_t size, bool grads)",
  ),
  ggml_new_tensor_4d: proto<
    (context: Pointer, type: number, a: number, b: number, c: number, d: number) => Pointer
  >(
    "void *ggml_new_tensor_4d(void *ctx, int type, int64_t ne0, int64_t ne1, int64_t ne2, int64_t ne3)",
  ),
  ggml_set_param: proto<Release>("void ggml_set_param(void *tensor)"),
  ggml_set_output: proto<Release>("void ggml_set_output(void *tensor)"),
  ggml_set_loss: proto<Release>("void ggml_set_loss(void *tensor)"),
  ggml_get_data: proto<(tensor: Pointer) => Maybe>("void *ggml_get_data(void *tensor)"),
  ggml_nbytes: proto<(tensor: Pointer) => number>("size_t ggml_nbytes(void *tensor)"),
  ggml_view_tensor: unary("ggml_view_tensor"),

  ggml_add: binary("ggml_add"),
  ggml_sub: binary("ggml_sub"),
  ggml_mul: binary("ggml_mul"),
  ggml_div: binary("ggml_div"),
  ggml_scale: proto<(context: Pointer, a: Pointer, factor: number) => Pointer>(
    "void *ggml_scale(void *ctx, void *a, float s)",
  ),
  ggml_scale_bias: proto<(context: Pointer, a: Pointer, factor: number, bias: number) => Pointer>(
    "void *ggml_scale_bias(void *ctx, void *a, float s, float b)",
  ),
  ggml_scale_inplace: proto<(context: Pointer, a: Pointer, factor: number) => Pointer>(
    "void *ggml_scale_inplace(void *ctx, void *a, float s)",
  ),
  ggml_sqr: unary("ggml_sqr"),
  ggml_sqrt: unary("ggml_sqrt"),
  ggml_log: unary("ggml_log"),
  ggml_tanh: unary("ggml_tanh"),
  ggml_sigmoid: unary("ggml_sigmoid"),
  ggml_silu: unary("ggml_silu"),
  ggml_silu_back: binary("ggml_silu_back"),
  ggml_sum: unary("ggml_sum"),
  ggml_sum_rows: unary("ggml_sum_rows"),
  ggml_swiglu_split: binary("ggml_swiglu_split"),
  ggml_rms_norm: proto<(context: Pointer, a: Pointer, epsilon: number) => Pointer>(
    "void *ggml_rms_norm(void *ctx, void *a, float eps)",
  ),
  ggml_rms_norm_back: proto<
    (context: Pointer, gradient: Pointer, a: Pointer, epsilon: number) => Pointer
  >("void *ggml_rms_norm_back(void *ctx, void *a, void *b, float eps)"),
  ggml_mul_mat: binary("ggml_mul_mat"),
  ggml_out_prod: binary("ggml_out_prod"),
  ggml_cpy: binary("ggml_cpy"),
  ggml_cast: proto<(context: Pointer, a: Pointer, type: number) => Pointer>(
    "void *ggml_cast(void *ctx, void *a, int type)",
  ),
  ggml_cont: unary("ggml_cont"),
  ggml_transpose: unary("ggml_transpose"),
  ggml_permute: proto<
    (context: Pointer, a: Pointer, p0: number, p1: number, p2: number, p3: number) => Pointer
  >("void *ggml_permute(void *ctx, void *a, int axis0, int axis1, int axis2, int axis3)"),
  ggml_reshape_4d: proto<
    (context: Pointer, a: Pointer, n0: number, n1: number, n2: number, n3: number) => Pointer
  >(
    "void *ggml_reshape_4d(void *ctx, void *a, int64_t ne0, int64_t ne1, int64_t ne2, int64_t ne3)",
  ),
  ggml_view_4d: proto<
    (
      context: Pointer,
      a: Pointer,
      n0: number,
      n1: number,
      n2: number,
      n3: number,
      stride1: number,
      stride2: number,
      stride3: number,
      offset: number,
    ) => Pointer
  >(
    "void *ggml_view_4d(void *ctx, void *a, int64_t ne0, int64_t ne1, int64_t ne2, int64_t ne3, size_t nb1, size_t nb2, size_t nb3, size_t offset)",
  ),
  ggml_concat: proto<(context: Pointer, a: Pointer, b: Pointer, dimension: number) => Pointer>(
    "void *ggml_concat(void *ctx, void *a, void *b, int dim)",
  ),
  ggml_get_rows: binary("ggml_get_rows"),
  ggml_get_rows_back: proto<
    (context: Pointer, gradient: Pointer, rows: Pointer, shape: Pointer) => Pointer
  >("void *ggml_get_rows_back(void *ctx, void *a, void *b, void *c)"),
  ggml_set_rows: proto<
    (context: Pointer, target: Pointer, source: Pointer, rows: Pointer) => Pointer
  >("void *ggml_set_rows(void *ctx, void *a, void *b, void *c)"),
  ggml_soft_max_ext: proto<
    (context: Pointer, a: Pointer, mask: Maybe, scale: number, maxBias: number) => Pointer
  >("void *ggml_soft_max_ext(void *ctx, void *a, void *mask, float scale, float max_bias)"),
  ggml_soft_max_ext_back: proto<
    (context: Pointer, gradient: Pointer, y: Pointer, scale: number, maxBias: number) => Pointer
  >("void *ggml_soft_max_ext_back(void *ctx, void *a, void *b, float scale, float max_bias)"),
  ggml_rope_ext: proto<
    (
      context: Pointer,
      a: Pointer,
      positions: Pointer,
      factors: Maybe,
      dimensions: number,
      mode: number,
      originalContext: number,
      base: number,
      scale: number,
      extrapolation: number,
      attention: number,
      betaFast: number,
      betaSlow: number,
    ) => Pointer
  >(
    "void *ggml_rope_ext(void *ctx, void *a, void *b, void *c, int n_dims, int mode, int n_ctx_orig, float freq_base, float freq_scale, float ext_factor, float attn_factor, float beta_fast, float beta_slow)",
  ),
  ggml_cross_entropy_loss: binary("ggml_cross_entropy_loss"),
  ggml_opt_step_adamw: proto<
    (
      context: Pointer,
      weight: Pointer,
      gradient: Pointer,
      m: Pointer,
      v: Pointer,
      parameters: Pointer,
    ) => Pointer
  >(
    "void *ggml_opt_step_adamw(void *ctx, void *a, void *grad, void *m, void *v, void *adamw_params)",
  ),

  ggml_new_graph_custom: proto<(context: Pointer, size: number, gradients: boolean) => Pointer>(
    "void *ggml_new_graph_custom(void *ctx, size_t size, bool grads)",
  ),
  ggml_build_forward_expand: proto<(graph: Pointer, tensor: Pointer) => void>(
    "void ggml_build_forward_expand(void *graph, void *tensor)",
  ),
  ggml_build_backward_expand: proto<
    (context: Pointer, graph: Pointer, accumulators: BigUint64Array) => void
  >("void ggml_build_backward_expand(void *ctx, void *graph, void *grad_accs)"),
  ggml_graph_get_grad: proto<(graph: Pointer, tensor: Pointer) => Maybe>(
    "void *ggml_graph_get_grad(void *graph, void *tensor)",
  ),
  ggml_graph_n_nodes: proto<(graph: Pointer) => number>("int ggml_graph_n_nodes(void *graph)"),
  ggml_graph_node: proto<(graph: Pointer, index: number) => Pointer>(
    "void *ggml_graph_node(void *graph, int i)",
  ),

  ggml_backend_dev_init: proto<(device: Pointer, params: null) => Maybe>(
    "void *ggml_backend_dev_init(void *device, const char *params)",
  ),
  ggml_backend_free: proto<Release>("void ggml_backend_free(void *backend)"),
  ggml_backend_supports_op: proto<(backend: Pointer, tensor: Pointer) => boolean>(
    "bool ggml_backend_supports_op(void *backend, void *tensor)",
  ),
  ggml_backend_get_default_buffer_type: proto<(backend: Pointer) => Pointer>(
    "void *ggml_backend_get_default_buffer_type(void *backend)",
  ),
  ggml_backend_buft_get_alignment: proto<(bufferType: Pointer) => number>(
    "size_t ggml_backend_buft_get_alignment(void *buft)",
  ),
  ggml_backend_buft_get_alloc_size: proto<(bufferType: Pointer, tensor: Pointer) => number>(
    "size_t ggml_backend_buft_get_alloc_size(void *buft, void *tensor)",
  ),
  ggml_backend_buft_alloc_buffer: proto<(bufferType: Pointer, bytes: number) => Maybe>(
    "void *ggml_backend_buft_alloc_buffer(void *buft, size_t size)",
  ),
  ggml_backend_buffer_get_base: proto<(buffer: Pointer) => Pointer>(
    "void *ggml_backend_buffer_get_base(void *buffer)",
  ),
  ggml_backend_tensor_alloc: proto<(buffer: Pointer, tensor: Pointer, address: Pointer) => number>(
    "int ggml_backend_tensor_alloc(void *buffer, void *tensor, void *addr)",
  ),
  ggml_backend_alloc_ctx_tensors: proto<(context: Pointer, backend: Pointer) => Maybe>(
    "void *ggml_backend_alloc_ctx_tensors(void *ctx, void *backend)",
  ),
  ggml_backend_buffer_free: proto<Release>("void ggml_backend_buffer_free(void *buffer)"),
  ggml_backend_buffer_clear: proto<(buffer: Pointer, value: number) => void>(
    "void ggml_backend_buffer_clear(void *buffer, uint8_t value)",
  ),
  ggml_backend_buffer_get_size: proto<(buffer: Pointer) => number>(
    "size_t ggml_backend_buffer_get_size(void *buffer)",
  ),
  ggml_backend_tensor_set: proto<
    (tensor: Pointer, data: ArrayBufferView, offset: number, size: number) => void
  >("void ggml_backend_tensor_set(void *tensor, void *data, size_t offset, size_t size)"),
  ggml_backend_tensor_get: proto<
    (tensor: Pointer, data: ArrayBufferView, offset: number, size: number) => void
  >("void ggml_backend_tensor_get(void *tensor, _Out_ void *data, size_t offset, size_t size)"),
  ggml_backend_tensor_memset: proto<
    (tensor: Pointer, value: number, offset: number, size: number) => void
  >("void ggml_backend_tensor_memset(void *tensor, uint8_t value, size_t offset, size_t size)"),
  ggml_backend_graph_compute: proto<(backend: Pointer, graph: Pointer) => number>(
    "int ggml_backend_graph_compute(void *backend, void *graph)",
  ),

  ggml_gallocr_new: proto<(bufferType: Pointer) => Pointer>("void *ggml_gallocr_new(void *buft)"),
  ggml_gallocr_free: proto<Release>("void ggml_gallocr_free(void *galloc)"),
  ggml_gallocr_reserve: proto<(allocator: Pointer, graph: Pointer) => boolean>(
    "bool ggml_gallocr_reserve(void *galloc, void *graph)",
  ),
  ggml_gallocr_alloc_graph: proto<(allocator: Pointer, graph: Pointer) => boolean>(
    "bool ggml_gallocr_alloc_graph(void *galloc, void *graph)",
  ),
  ggml_gallocr_get_buffer_size: proto<(allocator: Pointer, index: number) => number>(
    "size_t ggml_gallocr_get_buffer_size(void *galloc, int buffer_id)",
  ),

  ggml_backend_sched_new: proto<
    (
      backends: BigUint64Array,
      bufferTypes: null,
      count: number,
      graphSize: number,
      parallel: boolean,
      offload: boolean,
    ) => Pointer
  >(
    "void *ggml_backend_sched_new(void *backends, void *bufts, int n, size_t graph_size, bool parallel, bool op_offload)",
  ),
  ggml_backend_sched_free: proto<Release>("void ggml_backend_sched_free(void *sched)"),
  ggml_backend_sched_alloc_graph: proto<(scheduler: Pointer, graph: Pointer) => boolean>(
    "bool ggml_backend_sched_alloc_graph(void *sched, void *graph)",
  ),
  ggml_backend_sched_graph_compute: proto<(scheduler: Pointer, graph: Pointer) => number>(
    "int ggml_backend_sched_graph_compute(void *sched, void *graph)",
  ),

  ggml_quantize_chunk: proto<
    (
      type: number,
      source: Float32Array,
      target: Uint8Array,
      start: number,
      rows: number,
      rowLength: number,
      importance: null,
    ) => number
  >(
    "size_t ggml_quantize_chunk(int type, void *src, void *dst, int64_t start, int64_t nrows, int64_t n_per_row, void *imatrix)",
  ),
};

export type TensorFunctions = Bound<typeof tensorPrototypes>;

/** Reached by name through the CPU backend's registry, as the thread pool is. */
export const setThreadCount = koffi.proto(
  "void ggml_backend_set_n_threads(void *backend, int n_threads)",
);
export const setThreadpool = koffi.proto(
  "void ggml_backend_cpu_set_threadpool(void *backend, void *threadpool)",
);

export function bindTensors({ directory }: { directory: string }): TensorFunctions {
  return bind(libraryFile(directory, /^(lib)?ggml-base\.(so|dylib|dll)$/), tensorPrototypes);
}
