/**
 * @file llama.cpp, loaded and checked: the bound functions every other file of this room calls.
 *
 * Loading is per thread (koffi binds per isolate), but the libraries and every pointer they give
 * out belong to the process, so a model loaded in one thread can be tokenised with in another.
 */
import koffi from "koffi";
import { UsageError } from "../errors/usage-error.ts";
import {
  bind,
  type GgmlFunctions,
  ggmlBasePrototypes,
  ggmlPrototypes,
  type LlamaFunctions,
  llamaPrototypes,
} from "./bindings.ts";
import {
  type Gpu,
  type GpuChoice,
  type Libraries,
  libraryFile,
  llamaRelease,
} from "./libraries.ts";
import { logCallback, type Pointer } from "./structs.ts";

export type Native = {
  llama: LlamaFunctions;
  ggml: GgmlFunctions;
  gpu: Gpu;
  directory: string;
};

/** One whose log is heard by this thread. */
export type LoggedNative = Native & {
  /** To be called before the thread ends: a line that came later would end the process. */
  stopLog(): void;
};

export type LogLevel = "debug" | "info" | "warn" | "error";

/** ggml.h's device types. */
export const deviceType = { cpu: 0, gpu: 1, integratedGpu: 2 } as const;

/** Binds the libraries without starting a backend: enough for a model another thread has loaded. */
export function bindNative({ directory, gpu }: Libraries): Native {
  const base = libraryFile(directory, /^(lib)?ggml-base\.(so|dylib|dll)$/);
  const ggml = libraryFile(directory, /^(lib)?ggml(\.[a-z]+)?\.v[\d.]+\.(so|dylib|dll)$/);
  const llama = libraryFile(directory, /^(lib)?llama(\.[a-z]+)?\.v[\d.]+\.(so|dylib|dll)$/);
  const native: Native = {
    ggml: { ...bind(base, ggmlBasePrototypes), ...bind(ggml, ggmlPrototypes) },
    llama: bind(llama, llamaPrototypes),
    gpu,
    directory,
  };
  checkLayout(native);
  return native;
}

/**
 * Binds the libraries and starts their backends, once a process.
 *
 * @param onLog Receives llama.cpp's own lines, without their line ends.
 * @throws {UsageError} the libraries are not the ones we declare, or an asked-for GPU is not there.
 */
export function startNative(
  libraries: Libraries,
  choice: GpuChoice,
  onLog: (level: LogLevel, line: string) => void,
): LoggedNative {
  const native = bindNative(libraries);
  const callback = koffi.register(lineLogger(onLog), koffi.pointer(logCallback));
  native.llama.llama_log_set(callback, null);
  native.ggml.ggml_backend_load_all_from_path(libraries.directory);
  if (libraries.extraBackend !== null) native.ggml.ggml_backend_load(libraries.extraBackend);
  native.llama.llama_backend_init();
  if (choice !== "auto" && choice !== "cpu" && gpuDevices(native).length === 0) {
    stopLog(native, callback);
    throw new UsageError(`--gpu ${choice}: the ${choice} backend loads but sees no device here.`);
  }
  return { ...native, stopLog: () => stopLog(native, callback) };
}

/** The process has one callback; another thread may have set its own since. */
function stopLog({ llama }: Native, own: Pointer): void {
  const [callback, data] = [new BigUint64Array(1), new BigUint64Array(1)];
  llama.llama_log_get(callback, data);
  if (callback[0] === own) llama.llama_log_set(null, null);
}

/** `CUDA0`, and what it is. */
export type GpuDevice = { pointer: Pointer; name: string; description: string };

/** The GPUs that the loaded backends see. */
export function gpuDevices({ ggml }: Native): GpuDevice[] {
  const count = Number(ggml.ggml_backend_dev_count());
  const all = Array.from({ length: count }, (_, place) => ggml.ggml_backend_dev_get(place));
  const gpus: number[] = [deviceType.gpu, deviceType.integratedGpu];
  return all
    .filter((pointer) => gpus.includes(ggml.ggml_backend_dev_type(pointer)))
    .map((pointer) => ({
      pointer,
      name: ggml.ggml_backend_dev_name(pointer),
      description: ggml.ggml_backend_dev_description(pointer),
    }));
}

export function memoryOf({ ggml }: Native, device: Pointer) {
  const [free, total] = [new BigUint64Array(1), new BigUint64Array(1)];
  ggml.ggml_backend_dev_memory(device, free, total);
  return { freeBytes: Number(free[0]), totalBytes: Number(total[0]) };
}

/** llama.cpp hands its defaults out by value: wrong field positions show as wrong defaults. */
function checkLayout({ llama }: Native): void {
  const version = llama.llama_version();
  const context = llama.llama_context_default_params();
  const model = llama.llama_model_default_params();
  const sound =
    `v${version}`.startsWith(llamaRelease) &&
    context.n_batch === 2048 &&
    context.n_seq_max === 1 &&
    context.pooling_type === -1 &&
    context.flash_attn_type === -1 &&
    context.yarn_ext_factor === -1 &&
    context.type_k === context.type_v &&
    context.swa_full &&
    model.n_gpu_layers === -1 &&
    !model.vocab_only;
  if (sound) return;
  throw new UsageError(
    `The llama.cpp here (${version}) is not laid out as ${llamaRelease}, which this FastChat was written for. Run 'npm ci' to get the pinned node-llama-cpp back.`,
  );
}

/** llama.cpp logs in fragments; level 5 continues the line before. */
function lineLogger(onLog: (level: LogLevel, line: string) => void) {
  const levels: LogLevel[] = ["info", "debug", "info", "warn", "error"];
  let level: LogLevel = "info";
  let pending = "";
  return (code: number, text: string) => {
    if (code !== 5) level = levels[code] ?? "info";
    const lines = (pending + text).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onLog(level, line);
  };
}
