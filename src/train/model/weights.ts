/**
 * @file A model's weights on the device: which tensor of the file plays which part in a layer.
 *
 * Phi 3 keeps queries, keys and values in one matrix, and gate and up in another; here each is a
 * matrix of its own, made of some of the rows.
 */
import { UsageError } from "../../errors/usage-error.ts";
import type { ComputeDevice, DeviceBuffer } from "../../llama/compute-device.ts";
import { type GgmlTypeName, ggmlBytes, ggmlType } from "../../llama/ggml-types.ts";
import { allRows, readRows, type TensorRows } from "../../llama/gguf-data.ts";
import type { GgufFile } from "../../llama/gguf-reader.ts";
import type { GgufTensor } from "../../llama/gguf-tensor-reader.ts";
import type { Tensor } from "../../llama/tensor.ts";
import type { TensorContext } from "../../llama/tensor-context.ts";
import type { LoraTarget } from "../../protocol/training.ts";
import type { Matrix } from "../tape/linear.ts";
import type { Converter } from "./conversion.ts";
import type { Hyperparameters } from "./hyperparameters.ts";

/** A tensor on the device and the rows of the file that it was read from. */
export type Weight = { tensor: Tensor; source: TensorRows };
export type MatrixWeight = Weight & Matrix;
type Projection = { matrix: MatrixWeight; bias: Weight | null };

export type LayerWeights = Record<LoraTarget, Projection> & {
  attentionNorm: Weight;
  queryNorm: Weight | null;
  keyNorm: Weight | null;
  postAttentionNorm: Weight | null;
  feedForwardNorm: Weight;
  postFeedForwardNorm: Weight | null;
};

export type ModelWeights = {
  hyperparameters: Hyperparameters;
  embedding: Weight;
  layers: LayerWeights[];
  outputNorm: Weight;
  /** The token embedding again, where the file has no matrix of its own. */
  output: MatrixWeight;
  ropeFactors: Tensor | null;
  /** Every tensor read, once. */
  all: Weight[];
  free(): void;
};

/** How the transposes of frozen matrices are kept; `cast` keeps none. */
export type TransposeType = "F32" | "F16" | "BF16" | "Q8_0" | "cast";

export type LoadOptions = {
  /** Every weight will be trained: all in F32, no transposes. */
  trainable: boolean;
  transpose: TransposeType;
};

/**
 * Reads the weights of a model file onto the device.
 *
 * @throws {UsageError} a tensor that the architecture needs is missing or has another shape.
 */
export function loadWeights(
  file: GgufFile,
  hyperparameters: Hyperparameters,
  device: ComputeDevice,
  converter: Converter,
  options: LoadOptions,
): ModelWeights {
  const loader = new Loader(file, device, converter, options);
  const h = hyperparameters;
  const width = h.embeddingLength;
  const embedding = loader.weight("token_embd.weight", [width, h.vocabularySize]);
  const outputNorm = loader.weight("output_norm.weight", [width]);
  const output = loader.has("output.weight")
    ? loader.matrix("output.weight", width, h.vocabularySize)
    : loader.withTranspose(embedding);
  const layers = Array.from({ length: h.layers }, (_, i) => layerWeights(loader, h, `blk.${i}.`));
  const ropeFactors = ropeFactorsOf(loader, h);
  loader.fill();
  return {
    hyperparameters,
    embedding,
    layers,
    outputNorm,
    output,
    ropeFactors,
    all: loader.all,
    free: () => loader.free(),
  };
}

function layerWeights(loader: Loader, h: Hyperparameters, prefix: string): LayerWeights {
  const [width, inner] = [h.embeddingLength, h.feedForward];
  const [queries, keys] = [h.heads * h.headLength, h.kvHeads * h.headLength];
  const norm = (name: string, length = width) => loader.weight(`${prefix}${name}.weight`, [length]);
  const optional = (name: string, length = width) =>
    loader.has(`${prefix}${name}.weight`) ? norm(name, length) : null;
  const projection = (name: string, inputs: number, outputs: number): Projection => ({
    matrix: loader.matrix(`${prefix}${name}.weight`, inputs, outputs),
    bias: loader.has(`${prefix}${name}.bias`)
      ? loader.weight(`${prefix}${name}.bias`, [outputs])
      : null,
  });
  const parts = (name: string, ...lengths: number[]): Projection[] =>
    lengths.map((rows, i) => ({
      matrix: loader.matrix(
        `${prefix}${name}.weight`,
        width,
        lengths.reduce((sum, length) => sum + length, 0),
        { first: lengths.slice(0, i).reduce((sum, length) => sum + length, 0), count: rows },
      ),
      bias: null,
    }));
  const separate = (): Projection[] => [
    projection("attn_q", width, queries),
    projection("attn_k", width, keys),
    projection("attn_v", width, keys),
  ];
  const isFused = loader.has(`${prefix}attn_qkv.weight`);
  const [q, k, v] = isFused ? parts("attn_qkv", queries, keys, keys) : separate();
  const [gate, up] = loader.has(`${prefix}ffn_gate.weight`)
    ? [projection("ffn_gate", width, inner), projection("ffn_up", width, inner)]
    : parts("ffn_up", inner, inner);
  if (!q || !k || !v || !gate || !up) throw new Error("a layer has too few parts");
  return {
    attentionNorm: norm("attn_norm"),
    q,
    k,
    v,
    queryNorm: optional("attn_q_norm", h.headLength),
    keyNorm: optional("attn_k_norm", h.headLength),
    o: projection("attn_output", queries, width),
    postAttentionNorm: optional("post_attention_norm"),
    feedForwardNorm: norm("ffn_norm"),
    gate,
    up,
    down: projection("ffn_down", inner, width),
    postFeedForwardNorm: optional("post_ffw_norm"),
  };
}

/** Llama 3's factors, or Phi 3's for contexts within the original length. */
function ropeFactorsOf(loader: Loader, { rope }: Hyperparameters): Tensor | null {
  const names = ["rope_freqs.weight", "rope_factors_short.weight"];
  const name = names.find((known) => loader.has(known));
  return name === undefined ? null : loader.constant(name, rope.dimensions / 2);
}

type Rows = Pick<TensorRows, "first" | "count">;

/** Bytes of a tensor that are in memory beside it while it is read. */
const pieceBytes = 32 * 2 ** 20;

/** Collects what is wanted first, then allocates and reads all of it. */
class Loader {
  readonly all: Weight[] = [];
  readonly #file: GgufFile;
  readonly #tensors: Map<string, GgufTensor>;
  readonly #device: ComputeDevice;
  readonly #converter: Converter;
  readonly #options: LoadOptions;
  readonly #context: TensorContext;
  readonly #matrices: MatrixWeight[] = [];
  readonly #constants: Weight[] = [];
  #buffer: DeviceBuffer | undefined;

  constructor(file: GgufFile, device: ComputeDevice, converter: Converter, options: LoadOptions) {
    this.#file = file;
    this.#tensors = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
    this.#device = device;
    this.#converter = converter;
    this.#options = options;
    this.#context = device.context(file.tensors.length * 6 + 16);
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  weight(name: string, shape: number[], rows?: Rows): Weight {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw this.#refuse(`the tensor '${name}' is missing`);
    const found = tensor.shape.filter((length, i) => i === 0 || length !== 1);
    if (found.length !== shape.length || found.some((length, i) => length !== shape[i])) {
      throw this.#refuse(`the tensor '${name}' is [${found}] and not [${shape}]`);
    }
    const source = rows ? { tensor, ...rows } : allRows(tensor);
    const type = this.#options.trainable || shape.length === 1 ? "F32" : tensor.type;
    const [rowLength = 1] = shape;
    const weight = {
      tensor:
        shape.length === 1
          ? this.#context.create(type, rowLength)
          : this.#context.create(type, rowLength, source.count),
      source,
    };
    this.all.push(weight);
    return weight;
  }

  matrix(name: string, inputs: number, outputs: number, rows?: Rows): MatrixWeight {
    return this.withTranspose(this.weight(name, [inputs, outputs], rows));
  }

  withTranspose(weight: Weight): MatrixWeight {
    const type = this.#transposeType(weight);
    const [inputs, outputs] = weight.tensor.shape;
    const transposed = type === null ? null : this.#context.create(type, outputs, inputs);
    const matrix = { ...weight, transposed };
    this.#matrices.push(matrix);
    return matrix;
  }

  /** A vector that is never trained. */
  constant(name: string, length: number): Tensor {
    const weight = this.weight(name, [length]);
    this.all.pop();
    this.#constants.push(weight);
    return weight.tensor;
  }

  fill(): void {
    this.#buffer = this.#device.allocate(this.#context);
    for (const weight of [...this.all, ...this.#constants]) this.#read(weight);
    for (const matrix of this.#matrices) this.#readTransposed(matrix);
  }

  free(): void {
    this.#buffer?.free();
    this.#context.free();
  }

  #transposeType({ tensor }: Weight): GgmlTypeName | null {
    const { trainable, transpose } = this.#options;
    if (trainable || transpose === "cast") return null;
    return transpose === "Q8_0" && tensor.shape[1] % 32 !== 0 ? "F16" : transpose;
  }

  #read({ tensor, source }: Weight): void {
    const [rowLength] = tensor.shape;
    const { type } = source.tensor;
    for (const { firstRow, rows, bytes } of readRows(source, rowsOf(pieceBytes, source))) {
      const data =
        type === tensor.type ? bytes : this.#converter.toFloats(bytes, type, rowLength, rows);
      const offset = ggmlBytes(ggmlType(tensor.type), rowLength * firstRow);
      this.#device.write(tensor, data, offset);
    }
  }

  /** A piece of rows becomes a piece of every row of the transpose, in whole blocks of 32. */
  #readTransposed({ transposed, source }: MatrixWeight): void {
    if (transposed === null) return;
    const [outputs, inputs] = transposed.shape;
    const type = ggmlType(transposed.type);
    const rowLength = ggmlBytes(type, outputs);
    const rowsAtOnce = Math.max(32, Math.floor(rowsOf(pieceBytes, source) / 32) * 32);
    for (const { firstRow, rows, bytes } of readRows(source, rowsAtOnce)) {
      const turned = this.#converter.toTurnedFloats(bytes, source.tensor.type, inputs, rows);
      const packed = this.#converter.fromFloats(turned, transposed.type, rows);
      const width = ggmlBytes(type, rows);
      for (let row = 0; row < inputs; row++) {
        const piece = packed.subarray(row * width, (row + 1) * width);
        this.#device.write(transposed, piece, row * rowLength + ggmlBytes(type, firstRow));
      }
    }
  }

  #refuse(reason: string): UsageError {
    return new UsageError(`${this.#file.path} cannot be trained: ${reason}.`);
  }
}

/** As many rows as are so many bytes in F32. */
function rowsOf(bytes: number, { tensor: { shape } }: TensorRows): number {
  return Math.max(1, Math.floor(bytes / (4 * (shape[0] ?? 1))));
}
