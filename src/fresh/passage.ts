/**
 * @file Weights of a model that copies a passage: a cycle of tokens, each of which is followed by the
 * next, but for an accident now and then, which leads to any token and from there back into the
 * passage at some other place. All other weights may be random: the layers add nothing.
 */
import { quantize, type WeightType } from "../llama/quantization.ts";
import { normals, uniform } from "./random.ts";
import type { TensorPlan } from "./tensor-plan.ts";

export type Passage = {
  /** Id of a token of the passage; the others stand behind it in the vocabulary. */
  firstToken: number;
  /** In tokens. */
  length: number;
  /** Logit of the next token, beside about 0 for every other. */
  sureness: number;
};

/**
 * The tensor's bytes, row by row; null for a tensor that may have any values. The model's output
 * matrix has to be its own (`tied: false`), and its layers to end in `attn_output` and `ffn_down`.
 */
export function passageRows(
  { name, role, shape: [width = 1, rows = 1] }: TensorPlan,
  type: WeightType,
  passage: Passage,
): Iterable<Uint8Array> | null {
  const directions = directionsOf(passage, width);
  const inBytes = (values: Float32Array) => quantize(values, type);
  if (role === "embedding") return dealt(rows, directions.map(inBytes), (token) => token);
  const nothing = inBytes(new Float32Array(width));
  if (role === "output") {
    const wanted = directions.map((one) => inBytes(one.map((x) => (x * passage.sureness) / width)));
    const { firstToken, length } = passage;
    const isIn = (token: number) => token >= firstToken && token < firstToken + length;
    const pick = (token: number) => (isIn(token) ? (token + length - 1) % length : length);
    return dealt(rows, [...wanted, nothing], pick);
  }
  return /attn_output|ffn_down/.test(name) ? dealt(rows, [nothing], () => 0) : null;
}

/** Each token has the direction of one of the passage's, so that from anywhere the way leads into it. */
function directionsOf({ length }: Passage, width: number): Float32Array[] {
  const random = uniform(1);
  return Array.from({ length }, () => normals(random, width, 1));
}

function* dealt(
  rows: number,
  kinds: readonly Uint8Array[],
  kindOf: (row: number) => number,
): Iterable<Uint8Array> {
  for (let row = 0; row < rows; row++) yield kinds[kindOf(row) % kinds.length] as Uint8Array;
}
