/**
 * @file Numbers → the bytes of a tensor: 32-bit, half precision, and Q8_0.
 *
 * Q8_0: 32 values share one half-precision scale d = max|x| / 127, each stored as round(x / d).
 * Source: ggml-quants.c of llama.cpp v0.5.0; IEEE 754 binary16, round to nearest even.
 */

import { type GgmlTypeName, ggmlBytes, ggmlType } from "./ggml-types.ts";

export type WeightType = Extract<GgmlTypeName, "F32" | "F16" | "Q8_0">;

/** @throws {RangeError} the count of values is not a whole number of blocks. */
export function quantize(values: Float32Array, type: WeightType): Uint8Array {
  const { blockSize } = ggmlType(type);
  if (values.length % blockSize !== 0) {
    throw new RangeError(`${values.length} values are not whole ${type} blocks of ${blockSize}.`);
  }
  if (type === "F32") return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return type === "F16" ? toHalves(values) : toQ8(values);
}

function toHalves(values: Float32Array): Uint8Array {
  const halves = Uint16Array.from(values, toHalf);
  return new Uint8Array(halves.buffer);
}

function toQ8(values: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(ggmlBytes(ggmlType("Q8_0"), values.length));
  for (let from = 0, at = 0; from < values.length; from += 32, at += 34) {
    const block = values.subarray(from, from + 32);
    const scale = largest(block) / 127;
    bytes.writeUInt16LE(toHalf(scale), at);
    for (let i = 0; i < 32; i++) {
      bytes.writeInt8(scale === 0 ? 0 : Math.round((block[i] ?? 0) / scale), at + 2 + i);
    }
  }
  return bytes;
}

function largest(block: Float32Array): number {
  let most = 0;
  for (const value of block) most = Math.max(most, Math.abs(value));
  return most;
}

const bitsOf = new Uint32Array(1);
const floatOf = new Float32Array(bitsOf.buffer);

/** The 16 bits of a number in half precision. */
export function toHalf(value: number): number {
  floatOf[0] = value;
  const bits = bitsOf[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent >= 31) return sign | (exponent === 143 && fraction !== 0 ? 0x7e00 : 0x7c00);
  if (exponent <= -11) return sign;
  const mantissa = exponent > 0 ? (exponent << 23) | fraction : fraction | 0x800000;
  return sign | roundedShift(mantissa, exponent > 0 ? 13 : 14 - exponent);
}

/** Drops the last bits, to nearest, ties to even; a carry runs on into the exponent, as it must. */
function roundedShift(bits: number, shift: number): number {
  const kept = bits >>> shift;
  const dropped = bits & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return dropped > half || (dropped === half && (kept & 1) === 1) ? kept + 1 : kept;
}
