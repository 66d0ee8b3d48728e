/** @file A run from the terminal: what it prints, how it is stopped, and what it leaves behind. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "fastchat-train-run-"));
afterAll(() => rmSync(folder, { recursive: true }));
const program = fileURLToPath(new URL("training-program.ts", import.meta.url));

/** A run of the double by this law, in a folder of its own. */
function start(law: string, { steps = 4, resume = false, name = law } = {}) {
  const output = join(folder, name);
  mkdirSync(output, { recursive: true });
  const config = { data: [{ path: law }], max_steps: steps, output, model_path: "/m/base.gguf" };
  const child = spawn(
    process.execPath,
    ["--import", "tsx", program, JSON.stringify(config), resume ? "resume" : ""],
    { stdio: "pipe" },
  );
  return { child, output };
}

async function finished(child: ChildProcessWithoutNullStreams) {
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, "exit");
  const [stdout, stderr] = await output;
  return { code, stdout: stdout.replaceAll("\u00a0", " "), stderr };
}

/** Signals it each time a line of stderr matches. */
function signalAt(child: ChildProcessWithoutNullStreams, ...patterns: RegExp[]): void {
  child.stderr.on("data", (part) => {
    if (!patterns[0]?.test(`${part}`)) return;
    patterns.shift();
    child.kill("SIGINT");
  });
}

const readme = (output: string) => join(output, "README.md");
const page = (output: string) => readFileSync(join(output, "report.html"), "utf8");

describe("runTrain", () => {
  test("ends with what was written and how to serve it, a page and a card beside it", async () => {
    const { child, output } = start("well");
    const { code, stdout, stderr } = await finished(child);
    expect([code, stdout.split("\n")]).toEqual([
      0,
      [
        "finished after step 4",
        `wrote   ${join(output, "adapter.gguf")}`,
        `talk    fastchat chat --model-path /m/base.gguf --lora ${join(output, "adapter.gguf")}`,
        `serve   fastchat worker --model-path /m/base.gguf --lora ${join(output, "adapter.gguf")}`,
        "",
      ],
    ]);
    expect(stderr).toContain(`report  ${join(output, "report.html")}`);
    expect(page(output)).toContain("Finished with step 4 of 4.");
    expect(readFileSync(readme(output), "utf8")).toContain("A LoRA adapter for Qwen2.5");
  });

  test("stops at Ctrl-C with a checkpoint, says how to go on, and exits with 130", async () => {
    const { child, output } = start("well", { steps: 2000, name: "stopped" });
    signalAt(child, /^step 1\/2000/m);
    const { code, stdout, stderr } = await finished(child);
    expect(code).toBe(130);
    expect(stderr).toContain(
      "stopping after this step with a checkpoint; Ctrl-C again ends at once",
    );
    expect(stdout).toMatch(/^stopped after step \d+$/m);
    expect(stdout).toContain(`go on   fastchat train --resume --output ${output}`);
    expect(page(output)).toContain("Stopped after step");
    expect(existsSync(readme(output))).toBe(false);
  });

  test("ends at once at the second Ctrl-C, and says what is kept", async () => {
    const { child, output } = start("stubborn", { steps: 2000 });
    signalAt(child, /^step 1\/2000/m, /Ctrl-C again/);
    const { code, stdout, stderr } = await finished(child);
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toMatch(/fastchat: The training was ended at once; /);
    expect(page(output)).toContain("Broke off after step");
    expect(existsSync(readme(output))).toBe(false);
  });

  test("says what the trainer died of, with the page of what there was", async () => {
    const { child, output } = start("assert");
    const { code, stderr } = await finished(child);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The training process crashed \(SIGABRT\): .*GGML_ASSERT.*; --resume goes on from the checkpoint of step 2\.$/m,
    );
    expect(page(output)).toContain("--resume goes on from the checkpoint of step 2.");
  });

  test("goes on with a run that died, and shows both parts as one", async () => {
    const { child } = start("assert", { name: "resumed" });
    await finished(child);
    const again = start("well", { name: "resumed", resume: true });
    const { code, stderr } = await finished(again.child);
    expect(code).toBe(0);
    expect(stderr).toContain("goes on after step 2");
    expect(page(again.output)).toContain("Finished with step 4 of 4.");
    expect(page(again.output)).toContain(">resumed</text>");
  });

  test("leaves a folder alone in which it was refused", async () => {
    const { child, output } = start("refuse");
    const { code, stderr } = await finished(child);
    expect(code).toBe(1);
    expect(stderr).toContain("data.jsonl:3: messages[0].role: unknown role 'me'");
    expect(existsSync(join(output, "report.html"))).toBe(false);
  });
});
