/**
 * @file How a model's rotary positions are stretched, so that it reads more than it was trained on.
 *
 * Source: `llama_context_params` of llama.h and `llama_context`'s constructor, llama.cpp v0.5.0.
 */
import { UsageError } from "../errors/usage-error.ts";
import type { ContextParams } from "./structs.ts";

const scalings = { none: 0, linear: 1, yarn: 2 };
type RopeScaling = keyof typeof scalings;

/** What is left out is as the model's file says. */
export type RopeOptions = {
  scaling?: RopeScaling;
  /** Of NTK-aware scaling. */
  frequencyBase?: number;
  /** Positions are multiplied by it: ¼ reads four times the length. */
  frequencyScale?: number;
  /** YaRN: the length before any scaling, in tokens. */
  originalContext?: number;
  /** YaRN: 0 interpolates all frequencies, 1 leaves the fast ones alone. */
  extrapolation?: number;
  /** YaRN: attention's magnitude. */
  attentionFactor?: number;
  /** YaRN: rotations past which a frequency is all interpolated (slow), all left alone (fast). */
  betaSlow?: number;
  betaFast?: number;
};

/** Puts the options in place of llama.cpp's defaults, which leave everything to the model. */
export function setRope(params: ContextParams, rope: RopeOptions): void {
  if (rope.scaling !== undefined) params.rope_scaling_type = scalings[rope.scaling];
  params.rope_freq_base = rope.frequencyBase ?? params.rope_freq_base;
  params.rope_freq_scale = rope.frequencyScale ?? params.rope_freq_scale;
  params.yarn_orig_ctx = rope.originalContext ?? params.yarn_orig_ctx;
  params.yarn_ext_factor = rope.extrapolation ?? params.yarn_ext_factor;
  params.yarn_attn_factor = rope.attentionFactor ?? params.yarn_attn_factor;
  params.yarn_beta_slow = rope.betaSlow ?? params.yarn_beta_slow;
  params.yarn_beta_fast = rope.betaFast ?? params.yarn_beta_fast;
}

/** Whether the model may be asked to read beyond its trained length. */
export function isStretched({ frequencyBase, frequencyScale = 1 }: RopeOptions): boolean {
  return frequencyBase !== undefined || frequencyScale < 1;
}

/** @throws {UsageError} options are given, and the model has no rotary positions. */
export function assertRotary(rope: RopeOptions, isRotary: boolean): void {
  if (isRotary || Object.keys(rope).length === 0) return;
  throw new UsageError(
    "This model has no rotary positions, so that --rope and --yarn options mean nothing to it: leave them out.",
  );
}

/**
 * @param byFile Whether the model's file itself asks for YaRN.
 * @throws {UsageError} a length or a bound of YaRN's is given, and nothing asks for YaRN.
 */
export function assertYarn(rope: RopeOptions, byFile: boolean): void {
  const { scaling, extrapolation = 0, originalContext, betaSlow, betaFast } = rope;
  if (byFile || scaling !== undefined || extrapolation > 0) return;
  if ([originalContext, betaSlow, betaFast].every((each) => each === undefined)) return;
  throw new UsageError(
    "Nothing asks for YaRN, neither the model's file nor a setting: add --rope-scaling yarn and --rope-scale, or leave the --yarn options out.",
  );
}
