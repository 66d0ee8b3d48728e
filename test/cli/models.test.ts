import { describe, expect, test } from "vitest";
import { runProgram } from "./program.ts";

describe("fastchat models", () => {
  test("without more is its help", async () => {
    const { code, stdout } = await runProgram(["models"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/archs.*\n[\s\S]*devices/);
  });

  test("knows no other subcommand", async () => {
    const { code, stderr } = await runProgram(["models", "arch"]);
    expect(code).toBe(2);
    expect(stderr).toBe("fastchat: unknown subcommand 'arch'; see fastchat models --help\n");
  });

  test("archs lists what is served and what is not, with the reason", async () => {
    const { code, stdout } = await runProgram(["models", "archs"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^llama\.cpp v0\.5\.0 supports (\d{3}) architectures\.\n/);
    expect(stdout).toMatch(/Served: chat \(\d+\):\n {2}llama llama4/);
    expect(stdout).toMatch(
      /Not served, since they write all at once \(diffusion\) \(4\):\n {2}dream/,
    );
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThan(100);
  });

  test("archs --json tells the same of each", async () => {
    const rows = JSON.parse((await runProgram(["models", "archs", "--json"])).stdout);
    expect(rows).toContainEqual({ name: "qwen3moe", use: "chat", served: true });
    expect(rows).toContainEqual({ name: "bert", use: "embedding", served: true });
    expect(rows).toContainEqual({ name: "t5", use: "encoder_decoder", served: false });
    expect(rows.length).toBeGreaterThan(50);
  });

  test("archs lists those with a part in their names, of several parts all", async () => {
    const { code, stdout } = await runProgram(["models", "archs", "BERT", "llama4"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^llama\.cpp v0\.5\.0 supports \d+ architectures with BERT or llama4 in/,
    );
    expect(stdout).toMatch(/Served: chat \(1\):\n {2}llama4\n/);
    expect(stdout).toContain("modern-bert");
    expect(stdout).not.toContain("qwen");
    const { stdout: json } = await runProgram(["models", "archs", "llama4", "--json"]);
    expect(JSON.parse(json)).toEqual([{ name: "llama4", use: "chat", served: true }]);
  });

  test.for([
    ["qwn3", "llama.cpp supports no architecture with 'qwn3' in its name: did you mean 'qwen3'?"],
    ["zzzzzz", "in its name: fastchat models archs lists them all."],
  ] as const)("archs ends with 1 for %s and says what is near", async ([name, words]) => {
    const { code, stdout, stderr } = await runProgram(["models", "archs", "llama", name]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(words);
  });

  test("devices says that the CPU's build sees none", async () => {
    expect(await runProgram(["models", "devices", "--gpu", "cpu"])).toEqual({
      code: 0,
      stdout: "llama.cpp sees no GPU here.\n",
      stderr: "",
    });
    const { stdout } = await runProgram(["models", "devices", "--gpu", "cpu", "--json"]);
    expect(JSON.parse(stdout)).toEqual([]);
  });

  test("devices refuses a kind that there is not", async () => {
    const { code, stderr } = await runProgram(["models", "devices", "--gpu", "abacus"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^fastchat: option '--gpu' /);
  });
});
