/**
 * @file The typed values of GGUF metadata. A file read and written again keeps every type.
 *
 * Source: ggml/docs/gguf.md. Arrays of arrays exist in the format, but llama.cpp refuses them.
 */

import { PackedStrings } from "./packed-strings.ts";

export type GgufValue =
  | { type: GgufNumberType; value: number }
  | { type: "uint64" | "int64"; value: bigint }
  | { type: "bool"; value: boolean }
  | { type: "string"; value: string }
  | GgufArray;

type GgufArray =
  | { type: "array"; of: "string"; value: PackedStrings }
  | { type: "array"; of: GgufFixedType; value: GgufNumbers };

/** Bools stand in a `Uint8Array` as 0 and 1. */
type GgufNumbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | BigUint64Array
  | BigInt64Array
  | Float64Array;

type GgufNumberType =
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "float32"
  | "float64";

/** Types whose values all take the same number of bytes. */
export type GgufFixedType = GgufNumberType | "bool" | "uint64" | "int64";

export type GgufMetadata = ReadonlyMap<string, GgufValue>;

/** A type's number in the file is its place in this list. */
export const ggufTypeNames = [
  "uint8",
  "int8",
  "uint16",
  "int16",
  "uint32",
  "int32",
  "float32",
  "bool",
  "string",
  "array",
  "uint64",
  "int64",
  "float64",
] as const;

export const fixedArrays = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  bool: Uint8Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float64: Float64Array,
} as const;

export const uint32 = (value: number): GgufValue => ({ type: "uint32", value });
export const float32 = (value: number): GgufValue => ({
  type: "float32",
  value,
});
export const bool = (value: boolean): GgufValue => ({ type: "bool", value });
export const text = (value: string): GgufValue => ({ type: "string", value });

export function texts(values: readonly string[]): GgufValue {
  return { type: "array", of: "string", value: PackedStrings.from(values) };
}

export function int32s(values: ArrayLike<number>): GgufValue {
  return { type: "array", of: "int32", value: Int32Array.from(values) };
}

export function float32s(values: ArrayLike<number>): GgufValue {
  return { type: "array", of: "float32", value: Float32Array.from(values) };
}

export function textOf(metadata: GgufMetadata, key: string): string | undefined {
  const found = metadata.get(key);
  return found?.type === "string" ? found.value : undefined;
}

/** A number of any width; a 64-bit one beyond 2⁵³ comes rounded. */
export function numberOf(metadata: GgufMetadata, key: string): number | undefined {
  const value = metadata.get(key)?.value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" ? value : undefined;
}

export function boolOf(metadata: GgufMetadata, key: string): boolean | undefined {
  const found = metadata.get(key);
  return found?.type === "bool" ? found.value : undefined;
}

export function textsOf(metadata: GgufMetadata, key: string): PackedStrings | undefined {
  const found = metadata.get(key);
  return found?.type === "array" && found.of === "string" ? found.value : undefined;
}
