/** @file What to train is one checked configuration, wherever its parts were said. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FlagError } from "../../src/cli/flag-error.ts";
import { readTrainConfig, type TrainSources } from "../../src/cli/train-config.ts";
import { addTrainFlags, givenSettings } from "../../src/cli/train-flags.ts";
import { UsageError } from "../../src/errors/usage-error.ts";
import { embeddedModels } from "../../src/models/embedded.ts";
import { TrainConfig } from "../../src/protocol/training.ts";
import { believableRun } from "../train/report/believable-run.ts";

let folder: string;
let chats: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-train-config-"));
  chats = write("chats.jsonl", "{}\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("an embedded model", () => {
  test("is taken by its name, from the flag and from the file", () => {
    const [tiny] = embeddedModels();
    const flags = ["--data", chats, "--model-path", "fastchat-tiny"];
    expect(read(flags).model_path).toBe(tiny);
    const file = write("tiny.yaml", "model_path: fastchat-tiny\n");
    expect(read(["--data", chats], { file }).model_path).toBe(tiny);
    write("fastchat-tiny", "GGUF"); // a file of that name goes first
    expect(read(["--data", chats], { file }).model_path).toBe(join(folder, "fastchat-tiny"));
  });
});

/** As the command line would read it. */
function read(args: readonly string[], sources: Omit<TrainSources, "flags"> = {}): TrainConfig {
  const command = addTrainFlags(new Command()).exitOverride();
  command.configureOutput({ writeErr: () => {} }).parse(args, { from: "user" });
  return readTrainConfig({ ...sources, flags: givenSettings(command.opts()) });
}

function complaint(args: readonly string[], sources: Omit<TrainSources, "flags"> = {}): Error {
  try {
    read(args, sources);
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was accepted");
}

const base = () => ["--model-path", "base.gguf", "--data", chats];

describe("readTrainConfig, from flags", () => {
  test("takes every key of the schema", () => {
    const flags = addTrainFlags(new Command()).options.map((one) => one.attributeName());
    const names = new Set(
      flags.map((name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)),
    );
    for (const key of Object.keys(TrainConfig.shape).filter((key) => key !== "init"))
      expect([...names]).toContain(key);
  });

  test("leaves what is not given at the schema's defaults", () => {
    const config = read(base());
    expect(config).toEqual(
      TrainConfig.parse({ model_path: resolve("base.gguf"), data: [{ path: chats }] }),
    );
  });

  test("reads numbers, lists, switches and weights", () => {
    const config = read([
      ...["--model-path", "hf:owner/repo:Q8_0", "--data", `${chats}:2.5`, "--data", folder],
      ...["--lora-targets", "q,k,v,o", "--lora-r=16", "--no-packing", "--skip-bad", "--merge"],
      ...["--quantize", "Q8_0,Q4_K_M", "--gradient-checkpointing", "off", "--threads", "2"],
    ]);
    expect(config).toMatchObject({
      model_path: "hf:owner/repo:Q8_0",
      data: [
        { path: chats, weight: 2.5 },
        { path: folder, weight: 1 },
      ],
      ...{ lora_targets: ["q", "k", "v", "o"], lora_r: 16, packing: false, skip_bad: true },
      ...{ merge: true, quantize: ["Q8_0", "Q4_K_M"], gradient_checkpointing: false, threads: 2 },
    });
  });

  test("knows FastChat's names, with _ and with -", () => {
    const config = read([
      ...["--model_name_or_path", "base.gguf", "--data_path", chats, "--output-dir", "o"],
      ...["--num_train_epochs", "5", "--model_max_length", "2048", "--lora_r", "4"],
      ...["--lr_scheduler_type", "linear", "--warmup-ratio", "0.1", "--learning_rate", "2e-5"],
      ...["--gradient_checkpointing", "True", "--lora-target-modules", "q_proj,v_proj"],
    ]);
    expect(config).toMatchObject({
      ...{ model_path: resolve("base.gguf"), data: [{ path: chats }], output: "o", epochs: 5 },
      ...{ context_size: 2048, lora_r: 4, schedule: "linear", warmup: 0.1, learning_rate: 2e-5 },
      ...{ gradient_checkpointing: true, lora_targets: ["q", "v"] },
    });
  });

  test.for([
    [["--epochs", "0"], "option '--epochs' must be more than 0"],
    [["--num_train_epochs", "0"], "option '--num_train_epochs' must be more than 0"],
    [["--lora-r", "0.5"], "option '--lora-r' must be a whole number, not 0.5"],
    [["--lora-targets", "q,x"], /^option '--lora-targets' must be one of q, k, v/],
    [["--method", "qlora"], "option '--method' must be one of lora, full, not 'qlora'"],
    [["--seed", "-1"], "option '--seed' must be at least 0, not -1"],
  ] as const)("%j is a wrong flag: %s", ([args, sentence]) => {
    const error = complaint([...base(), ...args]);
    expect(error).toBeInstanceOf(FlagError);
    expect(error.message).toMatch(sentence);
  });

  test("asks for a model and for data", () => {
    expect(complaint(["--data", chats]).message).toBe(
      "option '--model-path' is missing: name the model to train, or say --init for a new one",
    );
    expect(complaint(["--model-path", "x.gguf"]).message).toBe("option '--data' is missing");
  });

  test("names the file that is not there", () => {
    const error = complaint([...base(), "--eval-data", "gone.jsonl"]);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe("There is no file 'gone.jsonl' for --eval-data.");
    expect(complaint(["--model-path", "x", "--data", "none.json:3"]).message).toBe(
      "There is no file 'none.json' for --data.",
    );
  });
});

describe("readTrainConfig, from train.yaml", () => {
  test("takes paths from the file's folder, and lets flags win", () => {
    const file = write(
      "train.yaml",
      "model_path: base.gguf\ndata:\n  - path: chats.jsonl\n    weight: 2\nepochs: 7\nlora_r: 4\noutput: out\n",
    );
    expect(read(["--epochs", "1"], { file })).toMatchObject({
      model_path: join(folder, "base.gguf"),
      data: [{ path: chats, weight: 2 }],
      ...{ epochs: 1, lora_r: 4, output: join(folder, "out") },
    });
    expect(read(["--data", folder], { file }).data).toEqual([{ path: folder, weight: 1 }]);
  });

  test.for([
    ["epoch: 3\n", "train.yaml:1: epoch: unknown key"],
    ["\nepochs: many\n", "train.yaml:2: epochs: must be a number, not 'many'"],
    ["data:\n  - path: chats.jsonl\n    wait: 2\n", "train.yaml:3: data[0].wait: unknown key"],
    ["data:\n  - chats.jsonl\n", "train.yaml:2: data[0]: must be an object, not 'chats.jsonl'"],
    ["- a list\n", "train.yaml:1: must be settings, each as `key: value`"],
    ["lora_targets: []\n", "train.yaml:1: lora_targets: must have at least 1 entries"],
    ["eval_data: none.json\n", /^train\.yaml:1: eval_data: there is no file '\/.*none\.json'$/],
    ["seed: [\n", /^train\.yaml:\d: \S/],
  ] as const)("answers %j with %s", ([text, sentence]) => {
    const file = write("train.yaml", text);
    const flags = text.startsWith("data")
      ? ["--model-path", "m"]
      : ["--model-path", "m", "--data", chats];
    const error = complaint(flags, { file });
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(sentence);
    expect(error.message).not.toContain("\n");
  });

  test("says where a key is missing, and blames the flag where the flag is wrong", () => {
    const file = write("train.yaml", "model_path: base.gguf\n");
    expect(complaint([], { file }).message).toBe("train.yaml:1: data: is missing");
    expect(complaint(["--data", chats, "--seed", "-1"], { file }).message).toBe(
      "option '--seed' must be at least 0, not -1",
    );
  });
});

describe("readTrainConfig, for a new model", () => {
  const shape = () => write("init.yaml", "name: tiny\nlayers: 2\n");

  test("trains all of it, of the shape in the file", () => {
    const config = read(["--data", chats], { init: shape() });
    expect(config).toMatchObject({ method: "full", init: { name: "tiny", layers: 2, heads: 8 } });
  });

  test.for([
    [["--model-path", "m"], "option '--model-path' does not go with init, which makes a new model"],
    [["--method", "lora"], "option '--method' must be full where init makes the model"],
  ] as const)("does not go with %j", ([args, sentence]) => {
    expect(complaint(["--data", chats, ...args], { init: shape() }).message).toBe(sentence);
  });

  test("names line and key of what is wrong in the file", () => {
    const init = write("init.yaml", "name: tiny\nlayer: 2\n");
    expect(complaint(["--data", chats], { init }).message).toBe(
      "init.yaml:2: layer: unknown key: did you mean 'layers'?",
    );
  });
});

describe("readTrainConfig, to resume", () => {
  test("begins with the settings of the run in the folder", () => {
    const output = join(folder, "before");
    mkdirSync(output, { recursive: true });
    const before = { model_path: "/m/base.gguf", data: [{ path: chats, weight: 1 }], lora_r: 4 };
    const [start] = believableRun({ config: { ...before, output: "elsewhere" } });
    writeFileSync(join(output, "metrics.jsonl"), `${JSON.stringify(start)}\n`);
    expect(read(["--output", output, "--epochs", "9"], { resume: true })).toMatchObject({
      ...{ ...before, epochs: 9, output },
    });
  });

  test("says that there is no run", () => {
    expect(complaint(["--output", join(folder, "none")], { resume: true }).message).toBe(
      `There is no run to resume in '${join(folder, "none")}'.`,
    );
  });
});
