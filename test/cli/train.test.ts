/** @file `fastchat train` as a whole, with the real trainer on the smallest of models. */
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { announceUp } from "../../src/cli/running-up.ts";
import { serveController } from "../../src/controller/serve.ts";
import { parseRecords, toHistory } from "../../src/train/report/run-history.ts";
import { tinyModel } from "../support/tiny-models.ts";
import { runProgram, startProgram, waitFor } from "./program.ts";

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-train-"));
  const sums = Array.from({ length: 16 }, (_, i) => [1 + (i % 4), 1 + Math.floor(i / 4)] as const);
  const rows = sums.map(([a, b]) => ({
    messages: [
      { role: "user", content: `What is ${a} plus ${b}?` },
      { role: "assistant", content: `It is ${a + b}.` },
    ],
  }));
  writeFileSync(at("sums.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(
    at("init.yaml"),
    "name: sums\nvocabulary_size: 300\ncontext_length: 128\nlayers: 1\nembedding_length: 32\nheads: 2\nkv_heads: 1\nfeed_forward: 64\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const small = ["--context-size", "128", "--batch-tokens", "256", "--threads", "1", "--gpu", "cpu"];
const newModel = (output: string, epochs: number) => [
  ...["train", "--init", at("init.yaml"), "--data", at("sums.jsonl"), "--output", at(output)],
  ...["--epochs", String(epochs), ...small],
];
const historyOf = (output: string) =>
  toHistory(parseRecords(readFileSync(join(at(output), "metrics.jsonl"), "utf8")));

describe("fastchat train", () => {
  test("makes a new model, in the formats that were asked for, with its page and card", async () => {
    const { code, stdout } = await runProgram([...newModel("new", 4), "--quantize", "Q8_0"]);
    expect(code).toBe(0);
    const wrote = [...stdout.matchAll(/^wrote {3}(.*)$/gm)].map((match) => match[1] ?? "");
    expect(wrote).toEqual([join(at("new"), "model-f32.gguf"), join(at("new"), "model-q8_0.gguf")]);
    for (const file of wrote) expect(readFileSync(file).subarray(0, 4).toString()).toBe("GGUF");
    expect(stdout).toContain(`talk    fastchat chat --model-path ${wrote[1]}`);
    expect(readFileSync(join(at("new"), "report.html"), "utf8")).toContain("Training of sums");
    expect(readFileSync(join(at("new"), "README.md"), "utf8")).toContain("A new llama model");
    const history = historyOf("new");
    expect(history?.steps.at(-1)?.loss).toBeLessThan(history?.steps[0]?.loss ?? 0);
  });

  test("makes an adapter, and says how to talk to it", async () => {
    const base = tinyModel();
    const { code, stdout } = await runProgram([
      ...["train", "--model-path", base, "--data", at("sums.jsonl"), "--output", at("adapter")],
      ...["--epochs", "1", ...small],
    ]);
    expect(code).toBe(0);
    const adapter = join(at("adapter"), "adapter.gguf");
    expect(stdout).toContain(`talk    fastchat chat --model-path ${base} --lora ${adapter}`);
    expect(existsSync(adapter)).toBe(true);
  });

  test("stops at Ctrl-C, goes on with --resume alone, and has each step once", async () => {
    const child = startProgram(newModel("stopped", 300));
    child.stderr.on("data", (part) => /^step 1\//m.test(`${part}`) && child.kill("SIGINT"));
    expect(await once(child, "exit")).toEqual([130, null]);
    const stoppedAt = historyOf("stopped")?.end?.step ?? 0;
    const again = await runProgram(["train", "--resume", "--output", at("stopped")]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain(`goes on after step ${stoppedAt}`);
    const { steps, start, end } = historyOf("stopped") ?? {};
    expect(end?.reason).toBe("finished");
    expect(steps?.map(({ step }) => step)).toEqual(
      Array.from({ length: start?.steps ?? 0 }, (_, i) => i + 1),
    );
  });

  test("serves the result at the controller of the running up, under the name that was given", async () => {
    const joinToken = "only-up-knows";
    const controller = await serveController({ host: "127.0.0.1", port: 0, joinToken });
    const forget = announceUp(folder, { controller: controller.url, join_token: joinToken });
    const child = startProgram([
      ...newModel("served", 1),
      ...["--register", "sums-2", "--data-dir", folder],
    ]);
    const [, url] = await waitFor(child, /^worker ready at (\S+)$/m);
    const headers = { authorization: `Bearer ${joinToken}` };
    const models = await fetch(`${url}/v1/models`, { headers });
    expect(await models.json()).toMatchObject({ data: [{ id: "sums-2" }] });
    await expect
      .poll(async () => (await fetch(`${controller.url}/health`)).json())
      .toMatchObject({ workers: 1 });
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
    forget();
    await controller.close();
  });

  test("says where it looked when no up runs to register with", async () => {
    const child = startProgram([
      ...newModel("alone", 1),
      ...["--register", "sums-3", "--data-dir", at("elsewhere")],
    ]);
    let stderr = "";
    child.stderr.on("data", (part) => {
      stderr += part;
    });
    await waitFor(child, /^worker ready at (\S+)$/m);
    expect(stderr).toContain(`no fastchat up runs with the data folder ${at("elsewhere")}`);
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("refuses a folder that holds something, and leaves it as it was", async () => {
    writeFileSync(at("note.txt"), "mine");
    const { code, stderr } = await runProgram([
      ...["train", "--init", at("init.yaml"), "--data", at("sums.jsonl"), "--output", folder],
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(`fastchat: ${folder} is not empty`);
    expect(existsSync(at("report.html"))).toBe(false);
    expect(readFileSync(at("note.txt"), "utf8")).toBe("mine");
  });

  test.for([
    ["empty.jsonl", "", /^fastchat: .*empty\.jsonl/m],
    ["broken.jsonl", '{"messages": [\n', /^fastchat: .*broken\.jsonl:1/m],
    [
      "role.jsonl",
      '{"messages":[{"role":"wizard","content":"x"}]}\n',
      /^fastchat: .*role\.jsonl:1.*role/m,
    ],
  ] as const)("answers %s with a sentence, and 1", async ([name, text, sentence]) => {
    writeFileSync(at(name), text);
    const { code, stdout, stderr } = await runProgram([
      ...["train", "--init", at("init.yaml"), "--data", at(name), "--output", at(`of-${name}`)],
    ]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(sentence);
  });
});
