/** @file What the command line answers: help, versions, mistakes, and with which exit code. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { main } from "../../src/cli/main.ts";
import { version } from "../../src/protocol/version.ts";
import { runProgram } from "./program.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-main-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("fastchat", () => {
  test("--help names every command and its exit codes", async () => {
    const { code, stdout } = await runProgram(["--help"]);
    expect(code).toBe(0);
    for (const name of [
      "up",
      "controller",
      "worker",
      "api",
      "arena",
      "chat",
      "train",
      "data",
      "rank",
      "bench",
    ])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(stdout).toContain("Examples:");
    expect(stdout).toContain("Exit codes:");
  });

  test.for([
    "up",
    "controller",
    "worker",
    "api",
    "arena",
    "chat",
    "train",
    "data",
    "rank",
    "bench",
  ])("%s --help shows its flags and an example", async (name) => {
    const { code, stdout } = await runProgram([name, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: fastchat ${name} .*\\[options\\]`));
    expect(stdout).toMatch(/Examples:\n {2}\S/);
  });

  test("--version prints the package's own", async () => {
    expect(await runProgram(["--version"])).toEqual({
      code: 0,
      stdout: `${version()}\n`,
      stderr: "",
    });
  });

  test.for([
    [["nope"], "unknown command 'nope'; see fastchat --help"],
    [["--nope"], "unknown option '--nope'"],
    [["api", "--port", "many"], "option '--port' must be a number, not 'many'"],
    [
      ["worker", "--model-path", "m.gguf", "--context-size", "big"],
      "option '--context-size' must be auto or a number, not 'big'",
    ],
    [
      ["worker", "--model-path", "m.gguf", "--tensor-split", "3,x"],
      "option '--tensor-split' must be numbers, as in 3,1, not '3,x'",
    ],
    [["api", "--port", "70000"], "option '--port' must be at most 65535, not 70000"],
    [["api", "--prot", "1"], /^unknown option '--prot': did you mean --port\?$/],
    [["worker", "--model", "m"], /^unknown option '--model': did you mean --model-path\?$/],
    [["api", "--model", "m"], /^unknown option '--model'$/],
    [["up", "extra"], "'extra' is one argument too many for 'up'; see fastchat up --help"],
    [
      ["worker"],
      "option '--model-path' must be given, or, for models of other servers, '--backend', '--config' or '--register-api-endpoint-file'",
    ],
    [["worker", "--model-path", "m.gguf", "--slots", "0"], "option '--slots' must be at least 1"],
    [
      ["worker", "--model-path", "m.gguf", "--kv-type", "q9"],
      /^option '--kv-type' must be one of f32, f16/,
    ],
    [
      ["worker", "--model-path", "m.gguf", "--conv-template", ""],
      "option '--conv-template' must not be empty",
    ],
    [["api", "--host", "0.0.0.0"], /^option '--host' 0\.0\.0\.0 is reachable .* --insecure/],
    [["controller", "--host", "0.0.0.0"], /give --join-token/],
    [["up", "--host", "192.168.0.9"], /give --api-keys/],
    [["up", "--arena-port", "70000"], "option '--arena-port' must be at most 65535"],
    [["arena", "--port", "70000"], "option '--port' must be at most 65535, not 70000"],
    [
      ["arena", "--api-base", "localhost:8000"],
      "option '--api-base' must be a URL such as http://127.0.0.1:21001",
    ],
    [["bench", "--shared-prefix", "2"], "option '--shared-prefix' must be at most 1"],
    [["chat", "--lora", "a.gguf"], "option '--lora' needs --model-path"],
    [
      ["train", "--controller-address", "http://x"],
      "option '--controller-address' needs --register",
    ],
    [["train", "--model-path", "m.gguf"], "option '--data' is missing"],
    [["chat", "--temperature", "-1"], "option '--temperature' must be at least 0"],
  ] as const)("%j is one sentence, and 2", async ([args, sentence]) => {
    const said = vi.spyOn(console, "error").mockReturnValue();
    expect(await main(args)).toBe(2);
    expect(said).toHaveBeenCalledOnce();
    const [line] = said.mock.calls[0] ?? [];
    said.mockRestore();
    expect(line).toMatch(/^fastchat: .*$/);
    expect(line.slice("fastchat: ".length)).toMatch(sentence);
  });

  test("a wrong flag ends the process with 2 and nothing on stdout", async () => {
    expect(await runProgram(["api", "--port", "70000"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "fastchat: option '--port' must be at most 65535, not 70000\n",
    });
  });

  test("a mistake in the configuration is one line, and 1", async () => {
    const path = join(folder, "models.yaml");
    writeFileSync(path, "models:\n  - path: gone.gguf\n");
    const { code, stderr } = await runProgram(["--config", path]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `fastchat: models.yaml:2: models[0].path: there is no file '${join(folder, "gone.gguf")}'\n`,
    );
  });

  test("a template that there is not is one line, and 1", async () => {
    const flags = ["--model-path", "m.gguf", "--conv-template", "vicuna"];
    expect(await runProgram(["worker", ...flags])).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^fastchat: .*'vicuna': did you mean 'vicuna_v1\.1'.*\n$/),
    });
  });

  test("a port in use is one line, and 1", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await runProgram(["controller", "--port", String(port)]);
    other.close();
    expect(code).toBe(1);
    expect(stderr).toBe(
      `fastchat: Another program listens on 127.0.0.1:${port}: stop it, or choose another port with --port (0 takes any free one).\n`,
    );
  });

  test.for([
    ["--api-port", "--controller-port"],
    ["--controller-port", "--api-port"],
  ] as const)("up names %s when it is in use", async ([flag, other]) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const place = ["--data-dir", join(folder, "data"), "--no-arena"];
    const { code, stderr } = await runProgram(["up", ...place, `${flag}=${port}`, `${other}=0`]);
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`choose another port with ${flag} (0 takes any free one).\n`);
  });

  test.for([
    ["/etc/passwd", "it is a file"],
    ["/etc/passwd/x", "not a directory"],
    ["/proc/x", "no such file or directory"],
  ] as const)("a data folder in %s is one line, and 1", async ([dataDir, why]) => {
    const args = ["--api-port", "0", "--controller-port", "0", "--no-arena"];
    const { code, stderr } = await runProgram(["up", "--data-dir", dataDir, ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `fastchat: The data folder '${dataDir}' cannot be used: ${why}. Choose another with --data-dir.\n`,
    );
  });

  test("keys from the environment open the way beyond loopback", async () => {
    const env = { FASTCHAT_API_KEYS: "a-long-key" };
    const { stderr } = await runProgram(["api", "--host", "256.0.0.1", "--port", "0"], { env });
    expect(stderr).toContain("256.0.0.1"); // it went on to listen, and that host does not exist
    expect(stderr).not.toContain("reachable");
  });
});
