/**
 * @file Where tensors live and graphs run: the CPU with its threads, or a GPU.
 *
 * A set of graphs shares one piece of memory for what is in between, as large as the largest needs.
 * Where a GPU lacks an operation, the graph goes through ggml's scheduler, which takes that
 * operation to the CPU and back.
 */
import koffi from "koffi";
import { UsageError } from "../errors/usage-error.ts";
import { deviceType, type Native } from "./native.ts";
import type { Pointer } from "./structs.ts";
import type { Tensor } from "./tensor.ts";
import {
  bindTensors,
  setThreadCount,
  setThreadpool,
  type TensorFunctions,
} from "./tensor-bindings.ts";
import { ownerOf, TensorContext } from "./tensor-context.ts";
import { cpuFunction, freeThreadpool, newThreadpool } from "./threadpool.ts";

export type ComputeOptions = {
  threads: number;
  /** Stays on the CPU even where there is a GPU. */
  cpuOnly?: boolean;
  /** Does without the operations that only serve gradients, as Metal has to. */
  portable?: boolean;
  /** Sends every graph through the scheduler, as a GPU that lacks an operation would. */
  scheduled?: boolean;
};

/** Data of a context's tensors on a device. */
export type DeviceBuffer = { bytes: number; free(): void };

export class ComputeDevice {
  /** "CPU", or the GPU's own name. */
  readonly name: string;
  /** Whether the operations that only serve gradients (`*Back`) are there. */
  readonly gradientOperations: boolean;
  readonly isCpu: boolean;
  readonly threads: number;
  readonly ggml: TensorFunctions;
  readonly #native: Native;
  readonly #threadpool: Pointer;
  readonly #cpu: Pointer;
  /** The CPU again, where there is no GPU. */
  readonly #backend: Pointer;
  readonly #scheduled: boolean;

  /** Opens the first GPU of `native`, or the CPU where it has none. */
  constructor(
    native: Native,
    { threads, cpuOnly = false, portable = false, scheduled = false }: ComputeOptions,
  ) {
    this.ggml = bindTensors(native);
    this.#native = native;
    this.threads = threads;
    this.#scheduled = scheduled;
    const cpu = native.ggml.ggml_backend_dev_by_type(deviceType.cpu);
    const gpu = cpuOnly ? null : firstGpu(native);
    if (cpu === null) throw new Error("ggml has no CPU backend");
    this.#cpu = this.#init(cpu);
    this.#threadpool = newThreadpool(native, threads);
    koffi.call(
      cpuFunction(native, "ggml_backend_set_n_threads"),
      setThreadCount,
      this.#cpu,
      threads,
    );
    koffi.call(
      cpuFunction(native, "ggml_backend_cpu_set_threadpool"),
      setThreadpool,
      this.#cpu,
      this.#threadpool,
    );
    this.isCpu = gpu === null;
    this.#backend = gpu === null ? this.#cpu : this.#init(gpu);
    this.name = gpu === null ? "CPU" : native.ggml.ggml_backend_dev_description(gpu);
    const hasThem = this.isCpu || native.gpu === "cuda" || native.gpu === "vulkan";
    this.gradientOperations = hasThem && !portable;
  }

  context(tensors: number, graphs = 0): TensorContext {
    return new TensorContext(this.ggml, tensors, graphs);
  }

  /**
   * Gives every tensor of the context its memory.
   *
   * @throws {UsageError} the device has not enough.
   */
  allocate(context: TensorContext): DeviceBuffer {
    return this.#buffer(this.ggml.ggml_backend_alloc_ctx_tensors(context.pointer, this.#backend));
  }

  /**
   * Gives some values of a graph memory of their own, so that they outlive it; before the graph is
   * put into a set. Those that have memory already keep it.
   *
   * @throws {UsageError} the device has not enough.
   */
  keep(values: Iterable<Tensor>): DeviceBuffer {
    const { ggml } = this;
    const type = ggml.ggml_backend_get_default_buffer_type(this.#backend);
    const alignment = Number(ggml.ggml_backend_buft_get_alignment(type));
    const owners = new Set([...values].map(ownerOf));
    let size = 0;
    const places = [...owners]
      .filter((owner) => ggml.ggml_get_data(owner) === null)
      .map((owner) => {
        const place = size;
        const bytes = Number(ggml.ggml_backend_buft_get_alloc_size(type, owner));
        size += Math.ceil(bytes / alignment) * alignment;
        return { owner, place };
      });
    const buffer = ggml.ggml_backend_buft_alloc_buffer(type, Math.max(size, alignment));
    const made = this.#buffer(buffer);
    const base = ggml.ggml_backend_buffer_get_base(buffer ?? 0n);
    for (const { owner, place } of places)
      requireDone(ggml.ggml_backend_tensor_alloc(buffer ?? 0n, owner, base + BigInt(place)));
    return made;
  }

  write(tensor: Tensor, data: ArrayBufferView, offsetBytes = 0): void {
    const room = Number(this.ggml.ggml_nbytes(tensor.pointer));
    if (offsetBytes + data.byteLength > room) {
      throw new RangeError(`${data.byteLength} bytes do not fit a tensor of ${room}`);
    }
    this.ggml.ggml_backend_tensor_set(tensor.pointer, data, offsetBytes, data.byteLength);
  }

  /** Fills `data` from the tensor's beginning. */
  read<T extends ArrayBufferView>(tensor: Tensor, data: T, offsetBytes = 0): T {
    this.ggml.ggml_backend_tensor_get(tensor.pointer, data, offsetBytes, data.byteLength);
    return data;
  }

  readFloats(tensor: Tensor): Float32Array {
    const bytes = Number(this.ggml.ggml_nbytes(tensor.pointer));
    return this.read(tensor, new Float32Array(bytes / 4));
  }

  clear(tensor: Tensor): void {
    const bytes = Number(this.ggml.ggml_nbytes(tensor.pointer));
    this.ggml.ggml_backend_tensor_memset(tensor.pointer, 0, 0, bytes);
  }

  /** Graphs that run one after another and share their memory. */
  graphs(graphs: readonly Pointer[]): GraphSet {
    const isScheduled = this.#scheduled || graphs.some((graph) => !this.#supports(graph));
    return isScheduled
      ? new ScheduledGraphs(this.ggml, this.#backend, this.#cpu, graphs, this.name)
      : new SharedGraphs(this.ggml, this.#backend, graphs, this.name);
  }

  free(): void {
    if (this.#backend !== this.#cpu) this.ggml.ggml_backend_free(this.#backend);
    this.ggml.ggml_backend_free(this.#cpu);
    freeThreadpool(this.#native, this.#threadpool);
  }

  #buffer(buffer: Pointer | null): DeviceBuffer {
    if (buffer === null) throw new UsageError(outOfMemory(this.name));
    return {
      bytes: Number(this.ggml.ggml_backend_buffer_get_size(buffer)),
      free: () => this.ggml.ggml_backend_buffer_free(buffer),
    };
  }

  #init(device: Pointer): Pointer {
    const backend = this.ggml.ggml_backend_dev_init(device, null);
    if (backend === null) throw new UsageError("The device cannot be opened for computing.");
    return backend;
  }

  #supports(graph: Pointer): boolean {
    if (this.isCpu) return true;
    const { ggml_graph_n_nodes, ggml_graph_node, ggml_backend_supports_op } = this.ggml;
    for (let i = 0; i < ggml_graph_n_nodes(graph); i++) {
      if (!ggml_backend_supports_op(this.#backend, ggml_graph_node(graph, i))) return false;
    }
    return true;
  }
}

function firstGpu({ ggml }: Native): Pointer | null {
  return (
    ggml.ggml_backend_dev_by_type(deviceType.gpu) ??
    ggml.ggml_backend_dev_by_type(deviceType.integratedGpu)
  );
}

export type GraphSet = {
  run(graph: Pointer): void;
  /** What the graphs need beside the tensors they are given. */
  readonly bytes: number;
  free(): void;
};

/** All graphs of the set on one device, their memory laid over one another. */
class SharedGraphs implements GraphSet {
  readonly bytes: number;
  readonly #ggml: TensorFunctions;
  readonly #backend: Pointer;
  readonly #allocator: Pointer;

  constructor(ggml: TensorFunctions, backend: Pointer, graphs: readonly Pointer[], name: string) {
    this.#ggml = ggml;
    this.#backend = backend;
    this.#allocator = ggml.ggml_gallocr_new(ggml.ggml_backend_get_default_buffer_type(backend));
    // All are measured before the first is placed: growing would move what is placed already.
    for (const graph of graphs) {
      if (!ggml.ggml_gallocr_reserve(this.#allocator, graph))
        throw new UsageError(outOfMemory(name));
    }
    for (const graph of graphs) {
      const isPlaced =
        ggml.ggml_gallocr_reserve(this.#allocator, graph) &&
        ggml.ggml_gallocr_alloc_graph(this.#allocator, graph);
      if (!isPlaced) throw new UsageError(outOfMemory(name));
    }
    this.bytes = Number(ggml.ggml_gallocr_get_buffer_size(this.#allocator, 0));
  }

  run(graph: Pointer): void {
    requireDone(this.#ggml.ggml_backend_graph_compute(this.#backend, graph));
  }

  free(): void {
    this.#ggml.ggml_gallocr_free(this.#allocator);
  }
}

/** Each graph with a scheduler of its own, since a scheduler rewrites the graph it splits. */
class ScheduledGraphs implements GraphSet {
  readonly bytes = 0;
  readonly #ggml: TensorFunctions;
  readonly #schedulers = new Map<Pointer, Pointer>();

  constructor(
    ggml: TensorFunctions,
    backend: Pointer,
    cpu: Pointer,
    graphs: readonly Pointer[],
    name: string,
  ) {
    this.#ggml = ggml;
    const backends = BigUint64Array.from(backend === cpu ? [cpu] : [backend, cpu]);
    for (const graph of graphs) {
      const nodes = ggml.ggml_graph_n_nodes(graph);
      const scheduler = ggml.ggml_backend_sched_new(
        backends,
        null,
        backends.length,
        Math.max(2048, nodes * 4),
        false,
        false,
      );
      this.#schedulers.set(graph, scheduler);
      if (!ggml.ggml_backend_sched_alloc_graph(scheduler, graph)) {
        throw new UsageError(outOfMemory(name));
      }
    }
  }

  run(graph: Pointer): void {
    const scheduler = this.#schedulers.get(graph);
    if (scheduler === undefined) throw new Error("the graph is not of this set");
    requireDone(this.#ggml.ggml_backend_sched_graph_compute(scheduler, graph));
  }

  free(): void {
    for (const scheduler of this.#schedulers.values())
      this.#ggml.ggml_backend_sched_free(scheduler);
  }
}

function requireDone(status: number): void {
  if (status !== 0) throw new Error(`ggml could not compute a graph (status ${status})`);
}

function outOfMemory(device: string): string {
  return `There is not enough memory on ${device}: try a smaller context_size, or gradient_checkpointing.`;
}
