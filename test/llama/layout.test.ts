/** @file Our structs against the headers that node-llama-cpp bundles, as a C compiler lays them out. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import koffi, { type TypeObject } from "koffi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { structs } from "../../src/llama/structs.ts";
import { llamaSource } from "../support/llama-source.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-layout-"));
let measured: Record<string, number>;

beforeAll(() => {
  measured = compileAndRun(llamaSource(folder, "include", "ggml/include"));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Prints `sizeof` of every struct and `offsetof` of every field of ours. */
function compileAndRun(source: string): Record<string, number> {
  const lines = Object.entries(structs).flatMap(([name, type]) => [
    `printf("\\"${name}\\": %zu,\\n", sizeof(struct ${name}));`,
    ...Object.keys(type.members ?? {}).map(
      (field) => `printf("\\"${name}.${field}\\": %zu,\\n", offsetof(struct ${name}, ${field}));`,
    ),
  ]);
  const program = `#include <stddef.h>\n#include <stdio.h>\n#include "llama.h"\nint main(void) { puts("{"); ${lines.join("\n")} puts("\\"\\": 0 }"); }`;
  const [file, binary] = [join(folder, "layout.c"), join(folder, "layout")];
  writeFileSync(file, program);
  const includes = ["include", "ggml/include"].map((path) => `-I${join(source, path)}`);
  execFileSync("cc", [...includes, "-o", binary, file]);
  return JSON.parse(execFileSync(binary, { encoding: "utf8" }));
}

describe("structs", () => {
  test.for(Object.entries(structs))("%s is as large as in C", ([name, type]) => {
    expect(koffi.sizeof(type)).toBe(measured[name]);
  });

  test.for(Object.entries(structs))("the fields of %s lie where C puts them", ([name, type]) => {
    expect(offsets(type)).toEqual(
      Object.fromEntries(
        Object.keys(type.members ?? {}).map((field) => [field, measured[`${name}.${field}`]]),
      ),
    );
  });
});

function offsets(type: TypeObject): Record<string, number> {
  const members = Object.values(type.members ?? {});
  return Object.fromEntries(members.map(({ name, offset }) => [name, offset]));
}
