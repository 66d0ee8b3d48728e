/** @file A model file in another number format, through llama.cpp. */
import { UsageError } from "../errors/usage-error.ts";
import type { Quantization } from "../protocol/training.ts";
import { readGguf } from "./gguf-reader.ts";
import type { Native } from "./native.ts";
import { writeWhole } from "./whole-file.ts";

/** llama.h's numbers, `enum llama_ftype`. */
const fileTypes: Record<Quantization, number> = {
  F32: 0,
  F16: 1,
  Q4_0: 2,
  Q8_0: 7,
  Q3_K_M: 12,
  Q4_K_M: 15,
  Q5_K_M: 17,
  Q6_K: 18,
  BF16: 32,
};

/**
 * Writes `target` whole or not at all.
 *
 * @throws {UsageError} llama.cpp could not: usually the disk is full.
 */
export function quantizeModel(
  { llama }: Native,
  source: string,
  target: string,
  format: Quantization,
  threads: number,
): void {
  const params = llama.llama_model_quantize_default_params();
  params.ftype = fileTypes[format];
  params.nthread = threads;
  params.allow_requantize = true;
  writeWhole(target, (unfinished) => {
    if (llama.llama_model_quantize(source, unfinished, params) !== 0) {
      throw new UsageError(`${source} could not be written as ${format}; is the disk full?`);
    }
    readGguf(unfinished);
  });
}
