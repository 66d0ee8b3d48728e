/**
 * @file One evaluated prefix as a file: its tokens and the state that llama.cpp made of them.
 *
 * Head (88 bytes, little-endian): magic (8), version u32, tokens u32, state bytes u64, fingerprint
 * (32), SHA-256 (32) of the head before it, the tokens and the state. Then the tokens (i32 each),
 * then the state. A state that is not the one written must never reach llama.cpp: it is trusted with
 * sizes and offsets. So nothing is handed out before the sum is checked.
 */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { isSystemError } from "../../errors/system-error.ts";

/** What a prefix file says of itself; `fingerprint` in hexadecimal digits. */
export type PrefixHead = { fingerprint: string; tokenCount: number; stateBytes: number };

/** `foreign` is not ours, or of another version of this format; `broken` is ours and cut or garbled. */
export type Unusable = "foreign" | "broken";

const magic = Buffer.from("FCPREFIX");
const version = 1;
const sumAt = 56;
const headBytes = 88;

/** The file's parts, in order. */
export function prefixPieces(
  fingerprint: string,
  tokens: ArrayLike<number>,
  state: Uint8Array,
): Uint8Array[] {
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeUInt32LE(version, 8);
  head.writeUInt32LE(tokens.length, 12);
  head.writeBigUInt64LE(BigInt(state.length), 16);
  head.write(fingerprint, 24, "hex");
  const list = new Uint8Array(Int32Array.from(tokens).buffer);
  sumOf(head, list, state).copy(head, sumAt);
  return [head, list, state];
}

export function readHead(path: string): PrefixHead | Unusable {
  return withFile(path, (file) => file.head);
}

/** The tokens alone, unchecked: good for a search, whose find is read whole. */
export function readTokens(path: string): Int32Array | Unusable {
  return withFile(path, ({ head, read }) =>
    typeof head === "string" ? head : toTokens(read(headBytes, head.tokenCount * 4)),
  );
}

/** Tokens and state, when the sum is right. */
export function readPrefix(path: string): { tokens: Int32Array; state: Uint8Array } | Unusable {
  return withFile(path, ({ head, read }) => {
    if (typeof head === "string") return head;
    const start = read(0, headBytes);
    const list = read(headBytes, head.tokenCount * 4);
    const state = read(headBytes + list.length, head.stateBytes);
    const isWhole = sumOf(start, list, state).equals(start.subarray(sumAt));
    return isWhole ? { tokens: toTokens(list), state } : "broken";
  });
}

type OpenFile = { head: PrefixHead | Unusable; read: (at: number, length: number) => Buffer };

/** A file that is gone, or that we may not read, is none of ours. */
function withFile<T>(path: string, use: (file: OpenFile) => T): T | Unusable {
  let fd: number | null = null;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const stat = fstatSync(fd);
    if (!stat.isFile()) return "foreign";
    const read = reader(fd);
    return use({ head: parseHead(read(0, Math.min(headBytes, stat.size)), stat.size), read });
  } catch (error) {
    if (isSystemError(error)) return "foreign";
    if (error instanceof ShortFileError) return "broken";
    throw error;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

function parseHead(head: Buffer, fileBytes: number): PrefixHead | Unusable {
  const begins = head.subarray(0, magic.length);
  if (!begins.equals(magic.subarray(0, begins.length))) return "foreign";
  if (head.length < headBytes) return "broken";
  if (head.readUInt32LE(8) !== version) return "foreign";
  const tokenCount = head.readUInt32LE(12);
  const stateBytes = Number(head.readBigUInt64LE(16));
  if (headBytes + tokenCount * 4 + stateBytes !== fileBytes) return "broken";
  return { fingerprint: head.toString("hex", 24, sumAt), tokenCount, stateBytes };
}

/** Someone cut the file while it was read. */
class ShortFileError extends Error {}

/** The most that one call to the system takes. */
const mostAtOnce = 2 ** 30;

function reader(fd: number) {
  return (at: number, length: number): Buffer => {
    const bytes = Buffer.from(new ArrayBuffer(length)); // its own memory, to be passed on
    for (let done = 0; done < length; ) {
      const count = readSync(fd, bytes, done, Math.min(length - done, mostAtOnce), at + done);
      if (count === 0) throw new ShortFileError();
      done += count;
    }
    return bytes;
  };
}

function toTokens(list: Buffer): Int32Array {
  return new Int32Array(list.buffer, list.byteOffset, list.length / 4);
}

function sumOf(head: Uint8Array, list: Uint8Array, state: Uint8Array): Buffer {
  const hash = createHash("sha256").update(head.subarray(0, sumAt)).update(list);
  for (let at = 0; at < state.length; at += mostAtOnce)
    hash.update(state.subarray(at, at + mostAtOnce));
  return hash.digest();
}
