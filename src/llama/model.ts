/** @file A GGUF model in memory: its weights, its vocabulary and the adapters applied to it. */
import { UsageError } from "../errors/usage-error.ts";
import { type GpuSplit, type KeptSplit, setSplit } from "./gpu-split.ts";
import { gpuDevices, type Native } from "./native.ts";
import type { Pointer } from "./structs.ts";
import { Vocab } from "./vocab.ts";

export type ModelOptions = {
  /** Layers to keep on the GPU; "all", or a count. */
  gpuLayers: number | "all";
  split?: GpuSplit;
  /** Reads the vocabulary and the tensors' shapes but no weights: for a quick look. */
  metadataOnly?: boolean;
};

/** llama.h's LLAMA_LOAD_MODE_NONE: a mapped file cannot be loaded without its weights. */
const unmapped = 0;

/** llama.h's LLAMA_ROPE_TYPE_NONE. */
const noRope = -1;

export class Model {
  readonly vocab: Vocab;
  readonly trainedContext: number;
  /** Whether a sequence can be cut back to any earlier position: not so with recurrent state. */
  readonly rewindable: boolean;
  /** Tokens that the layers with the shortest memory look back on; 0 when all see everything. */
  readonly slidingWindow: number;
  readonly embeddingLength: number;
  /** Scores that a model with rank pooling gives a sequence. */
  readonly classes: number;
  readonly sizeBytes: number;
  /** False for models that only read: encoders whose output is an embedding. */
  readonly generates: boolean;
  /** Whether its positions are rotations (RoPE), which can be stretched. */
  readonly rotary: boolean;
  readonly pointer: Pointer;
  readonly #split: KeptSplit;
  readonly #native: Native;

  /** @throws {UsageError} llama.cpp refuses the file; its last complaint is the reason. */
  constructor(native: Native, path: string, options: ModelOptions, lastError: () => string | null) {
    const { llama } = native;
    const params = llama.llama_model_default_params();
    params.n_gpu_layers = options.gpuLayers === "all" ? -1 : options.gpuLayers;
    this.#split = setSplit(
      params,
      options.split ?? {},
      gpuDevices(native),
      Number(llama.llama_max_devices()),
    );
    if (options.metadataOnly === true) {
      params.no_alloc = true;
      params.load_mode = unmapped;
    }
    const pointer = llama.llama_model_load_from_file(path, params);
    if (pointer === null)
      throw new UsageError(
        `${path} cannot be loaded: ${lastError() ?? "llama.cpp gave no reason"}.`,
      );
    this.#native = native;
    this.pointer = pointer;
    this.vocab = new Vocab(native, pointer);
    this.trainedContext = llama.llama_model_n_ctx_train(pointer);
    this.rewindable = !(
      llama.llama_model_is_recurrent(pointer) || llama.llama_model_is_hybrid(pointer)
    );
    this.slidingWindow = llama.llama_model_n_swa(pointer);
    this.rotary = llama.llama_model_rope_type(pointer) !== noRope;
    this.embeddingLength = llama.llama_model_n_embd_out(pointer);
    this.classes = llama.llama_model_n_cls_out(pointer);
    this.sizeBytes = Number(llama.llama_model_size(pointer));
    this.generates = llama.llama_model_has_decoder(pointer);
    if (
      llama.llama_model_is_diffusion(pointer) ||
      (llama.llama_model_has_encoder(pointer) && this.generates)
    )
      throw new UsageError(
        `${path} is a diffusion or encoder-decoder model, which FastChat does not serve.`,
      );
  }

  /** What the GPUs that it may use are. */
  get devices(): string[] {
    return this.#split.devices.map(({ description }) => description);
  }

  /**
   * Loads a LoRA adapter, whose file adapter-check.ts has found sound.
   *
   * @throws {UsageError} llama.cpp refuses it all the same.
   */
  loadAdapter(path: string): Pointer {
    const adapter = this.#native.llama.llama_adapter_lora_init(this.pointer, path);
    if (adapter === null) throw new UsageError(`${path} is not a LoRA adapter for this model.`);
    return adapter;
  }

  /** No context may have it applied. */
  freeAdapter(adapter: Pointer): void {
    this.#native.llama.llama_adapter_lora_free(adapter);
  }

  free(): void {
    this.#native.llama.llama_model_free(this.pointer);
  }
}
