/**
 * @file The types that a KV cache's keys and values may have, and what each of them asks for.
 *
 * Source: ggml.h (the numbers) and `llama_init_from_model` (the rules), llama.cpp v0.5.0.
 */
import { UsageError } from "../errors/usage-error.ts";

const ids = { f32: 0, f16: 1, q4_0: 2, q4_1: 3, q5_0: 6, q5_1: 7, q8_0: 8, bf16: 30 };
export type KvType = keyof typeof ids;

/** ggml.h's number for the type. */
export const kvTypeId = (type: KvType): number => ids[type];

/** @throws {UsageError} without flash attention the values lie in columns, which cannot be quantised. */
export function assertValueType(type: KvType, flashAttention: "auto" | "off" | "on"): void {
  if (flashAttention !== "off" || !type.startsWith("q")) return;
  throw new UsageError(
    `A KV cache of ${type} needs flash attention: leave out --flash-attn off, or take f16 for the values (--cache-type-v f16).`,
  );
}

/** llama.cpp's complaint about a type's blocks, in the words of our flags; null for any other. */
export function blockComplaint(reason: string): string | null {
  const rule = /([KV]) cache type (\w+) with block size (\d+) does not divide \w+=(\d+)/;
  const [, side = "", type, block, width] = rule.exec(reason) ?? [];
  if (type === undefined) return null;
  return `A KV cache of ${type} holds blocks of ${block}, and this model's heads are ${width} wide: take f16 or bf16 (--kv-type, --cache-type-${side.toLowerCase()}).`;
}
