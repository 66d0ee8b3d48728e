/**
 * @file The number formats of ggml: how many values share a block, and how many bytes a block takes.
 *
 * Source: `enum ggml_type` (ggml.h), `enum llama_ftype` (llama.h) and the block structs of
 * ggml-common.h, llama.cpp v0.5.0. Ids that upstream removed are absent, so a file that uses one is
 * refused.
 */

export type GgmlType = {
  id: number;
  name: GgmlTypeName;
  blockSize: number;
  blockBytes: number;
};

export type GgmlTypeName = (typeof table)[number][1];

/** (id, name, values per block, bytes per block) */
const table = [
  [0, "F32", 1, 4],
  [1, "F16", 1, 2],
  [2, "Q4_0", 32, 18],
  [3, "Q4_1", 32, 20],
  [6, "Q5_0", 32, 22],
  [7, "Q5_1", 32, 24],
  [8, "Q8_0", 32, 34],
  [9, "Q8_1", 32, 36],
  [10, "Q2_K", 256, 84],
  [11, "Q3_K", 256, 110],
  [12, "Q4_K", 256, 144],
  [13, "Q5_K", 256, 176],
  [14, "Q6_K", 256, 210],
  [15, "Q8_K", 256, 292],
  [16, "IQ2_XXS", 256, 66],
  [17, "IQ2_XS", 256, 74],
  [18, "IQ3_XXS", 256, 98],
  [19, "IQ1_S", 256, 50],
  [20, "IQ4_NL", 32, 18],
  [21, "IQ3_S", 256, 110],
  [22, "IQ2_S", 256, 82],
  [23, "IQ4_XS", 256, 136],
  [24, "I8", 1, 1],
  [25, "I16", 1, 2],
  [26, "I32", 1, 4],
  [27, "I64", 1, 8],
  [28, "F64", 1, 8],
  [29, "IQ1_M", 256, 56],
  [30, "BF16", 1, 2],
  [34, "TQ1_0", 256, 54],
  [35, "TQ2_0", 256, 66],
  [39, "MXFP4", 32, 17],
  [40, "NVFP4", 64, 36],
  [41, "Q1_0", 128, 18],
  [42, "Q2_0", 64, 18],
] as const;

const types: readonly GgmlType[] = table.map(([id, name, blockSize, blockBytes]) => ({
  id,
  name,
  blockSize,
  blockBytes,
}));
const byId = new Map(types.map((type) => [type.id, type]));
const byName = new Map(types.map((type) => [type.name, type]));

export function ggmlTypeById(id: number): GgmlType | undefined {
  return byId.get(id);
}

/** @throws {RangeError} never for a `GgmlTypeName`. */
export function ggmlType(name: GgmlTypeName): GgmlType {
  const type = byName.get(name);
  if (type === undefined) throw new RangeError(`ggml has no type '${name}'.`);
  return type;
}

/** Bytes of `count` values; `count` is a multiple of the type's block size. */
export function ggmlBytes(type: GgmlType, count: number): number {
  return (count / type.blockSize) * type.blockBytes;
}

/** `general.file_type` → the name people know: which format most of the weights have. */
export function fileTypeName(id: number): string | undefined {
  return fileTypes[id];
}

const fileTypes: Readonly<Record<number, string>> = {
  0: "F32",
  1: "F16",
  2: "Q4_0",
  3: "Q4_1",
  7: "Q8_0",
  8: "Q5_0",
  9: "Q5_1",
  10: "Q2_K",
  11: "Q3_K_S",
  12: "Q3_K_M",
  13: "Q3_K_L",
  14: "Q4_K_S",
  15: "Q4_K_M",
  16: "Q5_K_S",
  17: "Q5_K_M",
  18: "Q6_K",
  19: "IQ2_XXS",
  20: "IQ2_XS",
  21: "Q2_K_S",
  22: "IQ3_XS",
  23: "IQ3_XXS",
  24: "IQ1_S",
  25: "IQ4_NL",
  26: "IQ3_S",
  27: "IQ3_M",
  28: "IQ2_S",
  29: "IQ2_M",
  30: "IQ4_XS",
  31: "IQ1_M",
  32: "BF16",
  36: "TQ1_0",
  37: "TQ2_0",
  38: "MXFP4_MOE",
  39: "NVFP4",
  40: "Q1_0",
  41: "Q2_0",
};
