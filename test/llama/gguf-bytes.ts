/** @file GGUF files made byte by byte, so that any field can be wrong. */

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

export function str(text: string): Buffer {
  return Buffer.concat([u64(Buffer.byteLength(text)), Buffer.from(text)]);
}

/** The fixed part, with nothing behind it. */
export function header({ version = 3, tensors = 0n, pairs = 0n }): Buffer {
  return Buffer.concat([Buffer.from("GGUF"), u32(version), u64(tensors), u64(pairs)]);
}

/** A metadata pair: its key, its type's number, the bytes of its value. */
export function pair(key: string, type: number, ...value: Buffer[]): Buffer {
  return Buffer.concat([str(key), u32(type), ...value]);
}

export function tensor(name: string, shape: bigint[], type: number, offset: bigint): Buffer {
  return Buffer.concat([str(name), u32(shape.length), ...shape.map(u64), u32(type), u64(offset)]);
}

/** A whole file, padded to 32 bytes before its data. */
export function gguf(parts: {
  version?: number;
  pairs?: Buffer[];
  tensors?: Buffer[];
  data?: Buffer;
}): Buffer {
  const { version = 3, pairs = [], tensors = [], data = Buffer.alloc(64) } = parts;
  const counts = { tensors: BigInt(tensors.length), pairs: BigInt(pairs.length) };
  const head = Buffer.concat([header({ version, ...counts }), ...pairs, ...tensors]);
  return Buffer.concat([head, Buffer.alloc((32 - (head.length % 32)) % 32), data]);
}
