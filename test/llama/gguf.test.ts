/** @file GGUF files: what is written is read again, and what is broken is refused with a sentence. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors/usage-error.ts";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { GgufError } from "../../src/llama/gguf-error.ts";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import {
  bool,
  float32,
  float32s,
  type GgufValue,
  int32s,
  text,
  texts,
  uint32,
} from "../../src/llama/gguf-value.ts";
import { writeGguf } from "../../src/llama/gguf-writer.ts";
import { gguf, header, pair, str, tensor, u32, u64 } from "./gguf-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "gguf-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The error that reading a file of these bytes ends in. */
function refusal(bytes: Uint8Array | string, name = "bad.gguf"): GgufError {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return refusalOf(path);
}

function refusalOf(path: string): GgufError {
  try {
    readGguf(path);
  } catch (error) {
    if (error instanceof GgufError) return error;
    throw error;
  }
  throw new Error(`${path} was accepted.`);
}

describe("writeGguf and readGguf", () => {
  test("keep every type of value", () => {
    const metadata = new Map<string, GgufValue>([
      ["u8", { type: "uint8", value: 255 }],
      ["i8", { type: "int8", value: -128 }],
      ["u16", { type: "uint16", value: 65_535 }],
      ["i16", { type: "int16", value: -32_768 }],
      ["u32", uint32(2 ** 32 - 1)],
      ["i32", { type: "int32", value: -(2 ** 31) }],
      ["u64", { type: "uint64", value: 2n ** 64n - 1n }],
      ["i64", { type: "int64", value: -(2n ** 63n) }],
      ["f32", float32(0.5)],
      ["f64", { type: "float64", value: Math.PI }],
      ["yes", bool(true)],
      ["text", text("naïve 😀\n")],
      ["empty", text("")],
      ["texts", texts(["", "a", "漢字", "😀"])],
      ["none", texts([])],
      ["ints", int32s([1, -2, 3])],
      ["floats", float32s([0.5, -1])],
      ["longs", { type: "array", of: "int64", value: BigInt64Array.of(-1n, 2n) }],
      ["bools", { type: "array", of: "bool", value: Uint8Array.of(0, 1, 1) }],
    ]);
    const path = join(folder, "types.gguf");
    writeGguf(path, { metadata, tensors: [] });
    const read = readGguf(path).metadata;
    expect([...read.keys()]).toEqual([...metadata.keys()]);
    for (const [key, value] of metadata) expect(read.get(key), key).toEqual(value);
  });

  test("place tensors one after the other, each at the alignment", () => {
    const path = join(folder, "tensors.gguf");
    const bytes = Uint8Array.from({ length: 68 }, (_, i) => i);
    writeGguf(path, {
      metadata: new Map([["general.alignment", uint32(64)]]),
      tensors: [
        { name: "a", type: "F32", shape: [3], data: bytes.subarray(0, 12) },
        {
          name: "b",
          type: "Q8_0",
          shape: [32, 2],
          data: () => [bytes.subarray(0, 30), bytes.subarray(30)],
        },
      ],
    });
    const [a, b] = readGguf(path).tensors;
    expect(a).toMatchObject({ name: "a", type: "F32", shape: [3], sizeBytes: 12 });
    expect(b).toMatchObject({ name: "b", type: "Q8_0", shape: [32, 2], sizeBytes: 68 });
    expect((a?.offsetBytes ?? 1) % 64).toBe(0);
    expect(b?.offsetBytes).toBe((a?.offsetBytes ?? 0) + 64);
    const start = b?.offsetBytes ?? 0;
    expect(readFileSync(path).subarray(start, start + 68)).toEqual(Buffer.from(bytes));
  });

  test("leave nothing behind when the data is not as long as the shape says", () => {
    const path = join(folder, "short.gguf");
    const tensors = [{ name: "a", type: "F32" as const, shape: [4], data: new Uint8Array(15) }];
    expect(() => writeGguf(path, { metadata: new Map(), tensors })).toThrow(
      "The tensor 'a' has 15 bytes of data, not 16.",
    );
    expect(refusalOf(path).message).toContain("there is no such file");
  });

  test("hold a vocabulary of 150 000 tokens and read it in well under 0.3 s", () => {
    const path = join(folder, "vocabulary.gguf");
    const tokens = Array.from({ length: 150_000 }, (_, i) => `token ${i} 😀`);
    writeGguf(path, { metadata: new Map([["tokenizer.ggml.tokens", texts(tokens)]]), tensors: [] });
    const started = performance.now();
    const found = readGguf(path).metadata.get("tokenizer.ggml.tokens");
    expect(performance.now() - started).toBeLessThan(300);
    expect([...((found?.value as Iterable<string>) ?? [])]).toEqual(tokens);
  });

  test("read version 2 as version 3", () => {
    const path = join(folder, "version-2.gguf");
    writeFileSync(path, gguf({ version: 2, pairs: [pair("a.b", 4, u32(7))] }));
    expect(readGguf(path)).toMatchObject({ version: 2 });
    expect(readGguf(path).metadata.get("a.b")).toEqual(uint32(7));
  });
});

describe("readGguf refuses", () => {
  test("with an error that a command line shows as a sentence", () => {
    const error = refusal("");
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe(`Cannot use the model file ${error.file}: it is empty.`);
  });

  test.for<[string, Uint8Array | string]>([
    ["a web page", "<!DOCTYPE html><html>404</html>"],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n"],
    ["a zip archive", "PK\x03\x04........"],
    ["a safetensors file", Buffer.concat([u64(1e12), Buffer.from('{"a":')])],
    ["zero bytes", new Uint8Array(4096)],
    ["big-endian", "FUGG\0\0\0\x03"],
    ["something unknown", "GGU"],
  ])("%s by its name", ([name, bytes]) => {
    expect(refusal(bytes).message).toMatch(new RegExp(`it is not a GGUF file, but .*${name}`));
  });

  test("what is not a file, without waiting for it", () => {
    const started = performance.now();
    const fifo = join(folder, "fifo.gguf");
    execFileSync("/bin/sh", ["-c", `mkfifo ${fifo}`]);
    expect(refusalOf(fifo).message).toContain("it is not a regular file");
    expect(refusalOf("/dev/zero").message).toContain("it is not a regular file");
    expect(refusalOf(folder).message).toContain("it is a directory");
    const dangling = join(folder, "dangling.gguf");
    symlinkSync(join(folder, "nowhere"), dangling);
    expect(refusalOf(dangling).message).toContain("there is no such file");
    expect(refusalOf("a\0b.gguf").message).toContain("zero byte");
    expect(performance.now() - started).toBeLessThan(1000);
  });

  const none = Buffer.alloc(0);
  const name65 = "n".repeat(64);
  test.for<[string, Buffer]>([
    ["header: version 0", header({ version: 0 })],
    ["header: version 1", header({ version: 1 })],
    ["header: version 4", header({ version: 4 })],
    ["header: version 50331648 looks big-endian", header({ version: 3 << 24 })],
    ["header: .* tensors are more than", header({ tensors: 2n ** 61n })],
    ["header: .* metadata pairs are more than", header({ pairs: 1_000_000_000n })],
    ["truncated: needs", header({ pairs: 3n })],
    ["metadata key 0: its name is empty", gguf({ pairs: [pair("", 4, u32(1))] })],
    ["its name contains unprintable", gguf({ pairs: [pair("\0key", 4, u32(1))] })],
    ["its name contains unprintable", gguf({ pairs: [pair("a\nb", 4, u32(1))] })],
    ["its name has .* bytes", gguf({ pairs: [Buffer.concat([u64(2n ** 32n), Buffer.alloc(64)])] })],
    ["there is no value type 13", gguf({ pairs: [pair("a", 13, u32(1))] })],
    ["there is no value type 99", gguf({ pairs: [pair("a", 9, u32(99), u64(1n), u32(1))] })],
    ["arrays of arrays", gguf({ pairs: [pair("a", 9, u32(9), u64(1n), u32(4), u64(0n))] })],
    ["'a': it occurs twice", gguf({ pairs: [pair("a", 4, u32(1)), pair("a", 4, u32(1))] })],
    ["'a': truncated: needs", gguf({ pairs: [pair("a", 8, u64(2n ** 32n))] })],
    ["'a': truncated: needs", gguf({ pairs: [pair("a", 9, u32(4), u64(2n ** 63n))] })],
    ["'a': truncated: needs", gguf({ pairs: [pair("a", 9, u32(8), u64(2n ** 64n - 1n))] })],
    ["'a': truncated: needs", gguf({ pairs: [pair("a", 9, u32(8), u64(50n), str("x"))] })],
    ["general.alignment': 0 is not", gguf({ pairs: [pair("general.alignment", 4, u32(0))] })],
    ["general.alignment': 3 is not", gguf({ pairs: [pair("general.alignment", 4, u32(3))] })],
    ["alignment': 2147483648 is", gguf({ pairs: [pair("general.alignment", 4, u32(2 ** 31))] })],
    ["it is not a uint32", gguf({ pairs: [pair("general.alignment", 10, u64(32n))] })],
    ["tensor 0: its name is empty", gguf({ tensors: [tensor("", [1n], 0, 0n)] })],
    ["tensor 0: its name has 64 bytes", gguf({ tensors: [tensor(name65, [1n], 0, 0n)] })],
    ["'t': 5 dimensions", gguf({ tensors: [tensor("t", [1n, 1n, 1n, 1n, 1n], 0, 0n)] })],
    [
      "'t': 4294967295 dimensions",
      gguf({ tensors: [Buffer.concat([str("t"), u32(2 ** 32 - 1), Buffer.alloc(64)])] }),
    ],
    ["'t': its dimension 1 is 0", gguf({ tensors: [tensor("t", [1n, 0n], 0, 0n)] })],
    ["'t': its dimension 0 is", gguf({ tensors: [tensor("t", [2n ** 63n], 0, 0n)] })],
    ["'t': truncated: needs", gguf({ tensors: [tensor("t", [2n ** 40n, 2n ** 40n], 0, 0n)] })],
    ["'t': there is no ggml type 4$", gguf({ tensors: [tensor("t", [1n], 4, 0n)] })],
    [
      "'t': there is no ggml type 4294967295",
      gguf({ tensors: [tensor("t", [1n], 2 ** 32 - 1, 0n)] }),
    ],
    ["rows of 33 values are not whole Q8_0", gguf({ tensors: [tensor("t", [33n], 8, 0n)] })],
    ["'t': its offset is 1 where 0 is due", gguf({ tensors: [tensor("t", [1n], 0, 1n)] })],
    [
      "'t': its offset is \\d+ where 0 is due",
      gguf({ tensors: [tensor("t", [1n], 0, 2n ** 61n)] }),
    ],
    [
      "'t': it occurs twice",
      gguf({ tensors: [tensor("t", [1n], 0, 0n), tensor("t", [1n], 0, 32n)] }),
    ],
    [
      "'u': its offset is 0 where 32 is due",
      gguf({ tensors: [tensor("t", [1n], 0, 0n), tensor("u", [1n], 0, 0n)] }),
    ],
    [
      "'t': truncated: needs \\d+ bytes, has \\d+",
      gguf({ tensors: [tensor("t", [1n], 0, 0n)], data: none }),
    ],
  ])("%s", ([message, bytes]) => {
    expect(refusal(bytes).message).toMatch(new RegExp(message.replace(/\$$/, "\\.$")));
  });
});

describe("a file cut short", () => {
  const path = join(folder, "whole.gguf");
  beforeAll(() => writeTinyModel(path));

  test("is refused at every length, and says how much it needs", () => {
    const whole = readFileSync(path);
    const lengths = [
      ...Array.from({ length: 256 }, (_, i) => i * 16 + (i % 16)),
      ...Array.from({ length: whole.length >> 14 }, (_, i) => i << 14),
      whole.length - 129, // the last tensor's end, without the padding behind it
    ];
    for (const length of lengths) {
      expect(refusal(whole.subarray(0, length)).message, `${length}`).toMatch(
        length < 4 ? /empty|not a GGUF/ : /truncated: needs \d+ bytes, has \d+/,
      );
    }
  });
});

describe("a model in several files", () => {
  const part = (number: number, count = 3) =>
    join(folder, "split", `m-0000${number}-of-0000${count}.gguf`);
  const write = (number: number) =>
    writeGguf(part(number), {
      metadata: new Map<string, GgufValue>([
        ["split.no", { type: "uint16", value: number - 1 }],
        ["split.count", { type: "uint16", value: 3 }],
      ]),
      tensors: [{ name: `t${number}`, type: "F32", shape: [8], data: new Uint8Array(32) }],
    });
  beforeAll(() => {
    mkdirSync(join(folder, "split"));
    for (const number of [1, 2, 3]) write(number);
  });

  test("is read as one", () => {
    const { parts, tensors } = readGguf(part(1));
    expect(parts).toEqual([part(1), part(2), part(3)]);
    expect(tensors.map(({ name, path }) => [name, path])).toEqual([
      ["t1", part(1)],
      ["t2", part(2)],
      ["t3", part(3)],
    ]);
  });

  test("is refused from any part but the first, which the error names", () => {
    expect(refusalOf(part(2)).message).toContain(`give the first part, ${part(1)}`);
  });

  test("is refused when a part is missing or cut short", () => {
    const third = readFileSync(part(3));
    writeFileSync(part(3), third.subarray(0, third.length - 32));
    expect(refusalOf(part(1)).message).toMatch(/00003-of-00003.*truncated/);
    rmSync(part(3));
    expect(refusalOf(part(1)).message).toMatch(/00003-of-00003.*there is no such file/);
  });

  test("is refused under a name that llama.cpp would not follow", () => {
    const renamed = join(folder, "split", "other.gguf");
    writeFileSync(renamed, readFileSync(part(1)));
    expect(refusalOf(renamed).message).toContain("must be named like NAME-00001-of-00003.gguf");
  });
});
