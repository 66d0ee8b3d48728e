/** @file The threads of the CPU backend, made once and kept: ggml would build new ones for every graph. */
import koffi from "koffi";
import { threadpoolFree, threadpoolNew } from "./bindings.ts";
import { deviceType, type Native } from "./native.ts";
import type { Pointer } from "./structs.ts";

export function newThreadpool(native: Native, threads: number): Pointer {
  const params = Object.create(null);
  native.ggml.ggml_threadpool_params_init(params, threads);
  const pool = koffi.call(cpuFunction(native, "ggml_threadpool_new"), threadpoolNew, params);
  if (pool === null) throw new Error("ggml gave no thread pool");
  return pool;
}

export function freeThreadpool(native: Native, pool: Pointer): void {
  koffi.call(cpuFunction(native, "ggml_threadpool_free"), threadpoolFree, pool);
}

/** A function of the CPU backend, whose library is a different one on each kind of processor. */
export function cpuFunction({ ggml }: Native, name: string): Pointer {
  const cpu = ggml.ggml_backend_dev_by_type(deviceType.cpu);
  const found =
    cpu === null
      ? null
      : ggml.ggml_backend_reg_get_proc_address(ggml.ggml_backend_dev_backend_reg(cpu), name);
  if (found === null) throw new Error(`the CPU backend has no ${name}`);
  return found;
}
