/** @file The tensors of one decoder layer, as its architecture's recipe says. */
import type { ModelShape } from "./model-shape.ts";
import {
  convolutionLength,
  experts,
  type Recipe,
  type Recurrence,
  recurrenceOf,
  recurrentSizes,
} from "./recipes.ts";
import {
  bias,
  kernel,
  matrix,
  matrixAndBias,
  norm,
  normAndBias,
  type TensorPlan,
} from "./tensor-plan.ts";

export function decoderLayer(shape: ModelShape, recipe: Recipe, index: number): TensorPlan[] {
  const { norms = "before" } = recipe;
  const { embeddingLength: width } = shape;
  const recurrence = recurrenceOf(recipe, index);
  const reads = recipe.feedForward !== "none";
  return [
    ...(norms === "after" ? [] : layerNorm(recipe, "attn_norm", width)),
    ...(recurrence === null ? attention(shape, recipe) : recurrent(recurrence, width)),
    ...(norms === "after" || norms === "both" ? [norm("post_attention_norm", width)] : []),
    ...(reads && norms !== "after" && norms !== "shared"
      ? layerNorm(recipe, "ffn_norm", width)
      : []),
    ...(reads ? feedForward(shape, recipe) : []),
    ...(norms === "after" || norms === "both" ? [norm("post_ffw_norm", width)] : []),
  ].map((plan) => ({ ...plan, name: `blk.${index}.${plan.name}` }));
}

export function layerNorm({ norm: kind }: Recipe, name: string, width: number): TensorPlan[] {
  return kind === "layer-and-bias" ? normAndBias(name, width) : [norm(name, width)];
}

function attention(shape: ModelShape, recipe: Recipe): TensorPlan[] {
  const { embeddingLength: width, heads, kvHeads, headLength } = shape;
  const [queries, keys] = [heads * headLength, kvHeads * headLength];
  const outputs: Record<string, number> = recipe.fused
    ? { attn_qkv: queries + 2 * keys }
    : { attn_q: queries, attn_k: keys, attn_v: keys };
  const ofAll = recipe.queryNorms === "all";
  return [
    ...Object.entries(outputs).flatMap(([name, length]) =>
      linear(recipe.biases === "queries" || hasBiases(recipe), name, width, length),
    ),
    ...(recipe.queryNorms === undefined
      ? []
      : [
          norm("attn_q_norm", ofAll ? queries : headLength),
          norm("attn_k_norm", ofAll ? keys : headLength),
        ]),
    ...linear(hasBiases(recipe), "attn_output", queries, width),
  ];
}

function feedForward(shape: ModelShape, recipe: Recipe): TensorPlan[] {
  const { embeddingLength: width, feedForward: inner } = shape;
  const { feedForward: kind = "gated" } = recipe;
  if (kind === "experts") return expertNetworks(width, inner / 2);
  const up = kind === "fused" ? 2 * inner : inner;
  return [
    ...(kind === "gated" ? [matrix("ffn_gate", width, inner)] : []),
    ...linear(hasBiases(recipe), "ffn_up", width, up),
    ...linear(hasBiases(recipe), "ffn_down", inner, width),
  ];
}

function expertNetworks(width: number, inner: number): TensorPlan[] {
  return [
    kernel("ffn_gate_inp", width, experts.count),
    matrix("ffn_gate_exps", width, inner, experts.count),
    matrix("ffn_up_exps", width, inner, experts.count),
    matrix("ffn_down_exps", inner, width, experts.count),
  ];
}

function recurrent(recurrence: Recurrence, width: number): TensorPlan[] {
  if (recurrence === "convolution")
    return [
      kernel("shortconv.conv", convolutionLength, width),
      matrix("shortconv.in_proj", width, 3 * width),
      matrix("shortconv.out_proj", width, width),
    ];
  const { inner, state, steps, groups } = recurrentSizes(recurrence, width);
  const [second, convolved] = [recurrence === "mamba2", inner + 2 * groups * state];
  const channels = second ? convolved : inner;
  const decays = second ? [1, steps] : [state, inner];
  return [
    matrix("ssm_in", width, second ? inner + convolved + steps : 2 * inner),
    kernel("ssm_conv1d", convolutionLength, channels),
    bias("ssm_conv1d", channels),
    ...(second ? [] : [matrix("ssm_x", inner, steps + 2 * state)]),
    ...(second ? [] : [matrix("ssm_dt", steps, inner)]),
    bias("ssm_dt", second ? steps : inner),
    { name: "ssm_a", shape: decays, role: "decay" },
    { name: "ssm_d", shape: second ? [1, steps] : [inner], role: "norm" },
    ...(second ? [norm("ssm_norm", inner / groups, groups)] : []),
    matrix("ssm_out", inner, width),
  ];
}

function hasBiases({ biases = "none" }: Recipe): boolean {
  return biases === "all" || biases === "all-and-output";
}

function linear(biased: boolean, name: string, inputs: number, outputs: number): TensorPlan[] {
  return biased ? matrixAndBias(name, inputs, outputs) : [matrix(name, inputs, outputs)];
}
