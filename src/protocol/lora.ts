/**
 * @file LoRA adapters of a running worker: llama-server's `/lora-adapters` and `lora` field, vLLM's
 * `/v1/load_lora_adapter` and `/v1/unload_lora_adapter`.
 */
import { z } from "zod";

export const LoraScale = z.number().min(-10).max(10);

/** Printable, so that `base:adapter` can be typed. */
export const LoraName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}]*$/u, "must not contain control characters.");

/** More are not kept in memory at once. */
export const maxAdapters = 256;

/** The adapters of one request, by llama-server's id or by name; an empty list is the bare model. */
export const LoraField = z
  .array(
    z
      .object({
        id: z.int().min(0).nullish(),
        name: z.string().max(256).nullish(),
        /** Without it, as strong as when the adapter is named alone. */
        scale: LoraScale.nullish(),
      })
      .refine(({ id, name }) => (id == null) !== (name == null), "Give an id or a name."),
  )
  .max(64)
  .nullish();
export type LoraField = z.infer<typeof LoraField>;

/** The scales for requests that say nothing; an adapter that is not in the list gets 0. */
export const LoraScales = z
  .array(z.object({ id: z.int().min(0), scale: LoraScale }))
  .max(maxAdapters);
export type LoraScales = z.infer<typeof LoraScales>;

export const LoadLoraRequest = z.object({
  lora_name: LoraName,
  /** A GGUF file, absolute or within the folder of `--lora-dir`. */
  lora_path: z.string().min(1).max(4096),
});

export const UnloadLoraRequest = z.object({ lora_name: LoraName });

/** An entry of llama-server's list, and the name that ours has. */
export type LoraAdapter = {
  id: number;
  name: string;
  /** The file's name alone. */
  path: string;
  scale: number;
  task_name: "";
  prompt_prefix: "";
};
