/**
 * @file What cannot be trained is refused: one sentence that says why, exit code 1, and nothing is
 * written over. The command line runs here, its training in a process of its own.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { main } from "../../src/cli/main.ts";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { base, conversations, curve, dataFile, finish, newPath, settings } from "./small-run.ts";

let said: string[];
beforeEach(() => {
  said = [];
  vi.spyOn(console, "error").mockImplementation((line) => said.push(`${line}`));
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

/** `fastchat train` with these flags: its exit code, and what it complained of. */
async function train(flags: { [flag: string]: string | true }, output = newPath()) {
  const given: typeof flags = { "--output": output, "--threads": "1", "--gpu": "cpu", ...flags };
  const args = Object.entries(given).flatMap(([flag, value]) =>
    value === true ? [flag] : [flag, value],
  );
  const code = await main(["train", ...args]);
  const complaints = said.filter((line) => line.startsWith("fastchat: "));
  return { code, complaints: complaints.map((line) => line.slice("fastchat: ".length)), output };
}

/** What a refused run may leave: nothing, or an empty folder. */
const left = (output: string) => (existsSync(output) ? readdirSync(output) : []);

const chats = (...rows: unknown[]) => dataFile(`${newPath().split("/").at(-1)}.jsonl`, rows);
const [good] = conversations(1);
const turn = (role: string, content: string, more = {}) => ({ role, content, ...more });
const spoken = (...messages: object[]) => ({ messages });
const question = turn("user", "What?");

describe("data", () => {
  const long = turn("assistant", "a river and a stone ".repeat(60));
  const refused: [string, () => string, RegExp][] = [
    ["empty", () => dataFile("empty.jsonl", ""), /empty\.jsonl .*(empty|no conversations)/],
    ["empty, as a list", () => dataFile("list.json", "[]"), /list\.json has no conversations\.$/],
    ["no conversation", () => dataFile("wrong.jsonl", "{}\n{oops\n"), /wrong\.jsonl:1: /],
    [
      "no JSON in its second line",
      () => dataFile("late.jsonl", `${JSON.stringify(good)}\n{oops\n`),
      /late\.jsonl:2: .*JSON/,
    ],
    [
      "of an unknown role",
      () => chats(good, spoken(turn("robot", "Hi"), turn("assistant", "x"))),
      /\.jsonl:2: messages\[0\]\.role: .*robot/,
    ],
    ["without an answer", () => chats(spoken(question)), /\.jsonl:1: .*nothing to learn/],
    [
      "of a turn that is too long",
      () => chats(good, spoken(question, long)),
      /\.jsonl:2: up to its message 2 the conversation has \d+ tokens, but a row only 128: raise --context-size/,
    ],
    [
      "of answers that count for nothing",
      () => chats(spoken(question, turn("assistant", "Yes.", { weight: 0 }))),
      /^No conversation is left to learn from: .*weight 0\.$/,
    ],
    [
      "of a negative weight",
      () => chats(spoken(question, turn("assistant", "Yes.", { weight: -1 }))),
      /weight: must be a number from 0 to 1000/,
    ],
    [
      "not there",
      () => join(newPath(), "nowhere.jsonl"),
      /^There is no file '.*nowhere\.jsonl' for --data\.$/,
    ],
    [
      "of a folder without any",
      () => {
        const path = newPath();
        mkdirSync(path);
        return path;
      },
      /no .*(data|conversations|files)/i,
    ],
    [
      "of a weight that leaves nothing",
      () => `${chats(good)}:0.001`,
      /^An epoch shows no conversation: raise the weights/,
    ],
  ];

  test.for(refused)("that is %s is refused", async ([, data, sentence]) => {
    const { code, complaints, output } = await train({
      ...{ "--model-path": base, "--data": data(), "--context-size": "128" },
    });
    expect([code, complaints, left(output)]).toEqual([1, [expect.stringMatching(sentence)], []]);
  });

  test("that is bad in parts is learned from without them, which are counted", async () => {
    const bad = [spoken(question, long), spoken(turn("robot", "Hi")), "no object"];
    const { code, output } = await train({
      ...{ "--model-path": base, "--data": chats(...conversations(4), ...bad) },
      ...{ "--context-size": "128", "--skip-bad": true, "--epochs": "1" },
    });
    const [start] = readFileSync(join(output, "metrics.jsonl"), "utf8").split("\n");
    expect([code, JSON.parse(start ?? "").data.skipped]).toEqual([0, 3]);
  });

  test("that is all bad is refused even then", async () => {
    const { code, complaints } = await train({
      ...{ "--model-path": base, "--data": chats(spoken(question, long)) },
      ...{ "--context-size": "128", "--skip-bad": true },
    });
    expect([code, complaints]).toEqual([1, [expect.stringMatching(/^No conversation is left/)]]);
  });

  test("whose answers count for nothing in parts gives losses that are numbers", async () => {
    const silent = spoken(question, turn("assistant", "Nothing.", { weight: 0 }));
    const rows = conversations(6).flatMap((row) => [row, silent]);
    const config = settings({ data: [{ path: chats(...rows) }], batch_tokens: 16, max_steps: 6 });
    await finish(config);
    expect(curve(config.output).every(Number.isFinite)).toBe(true);
  });
});

describe("a model", () => {
  const model = (options: Parameters<typeof writeTinyModel>[1]) => () => {
    const path = newPath(".gguf");
    writeTinyModel(path, { layers: 1, embeddingLength: 32, heads: 2, kvHeads: 1, ...options });
    return path;
  };
  const silent =
    "{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}";
  const refused: [string, () => string, RegExp][] = [
    [
      "that is not there",
      () => join(newPath(), "nowhere.gguf"),
      /^There is no model file .*nowhere\.gguf\.$/,
    ],
    [
      "that is no GGUF",
      () => dataFile("text.gguf", "Once upon a time"),
      /text\.gguf: it is not a GGUF file/,
    ],
    [
      "that is cut off",
      () => {
        const path = newPath(".gguf");
        writeFileSync(path, readFileSync(base).subarray(0, 20_000));
        return path;
      },
      /^Cannot use the model file/,
    ],
    [
      "without a chat template",
      model({ chatTemplate: null }),
      /has no chat template: give one with --chat-template FILE\.$/,
    ],
    [
      "whose template writes no generation prompt",
      model({ chatTemplate: silent }),
      /^The chat template writes no generation prompt/,
    ],
    ["whose template is broken", model({ chatTemplate: "{% for %}" }), /template/],
    [
      "of another architecture",
      model({ architecture: "bert", chatTemplate: "{{ messages[0].content }}" }),
      /bert/,
    ],
  ];

  test.for(refused)("%s is refused", async ([, path, sentence]) => {
    const file = path();
    const before = existsSync(file) ? readFileSync(file) : null;
    const { code, complaints, output } = await train({
      ...{ "--model-path": file, "--data": chats(...conversations(3)) },
    });
    expect([code, complaints, left(output)]).toEqual([1, [expect.stringMatching(sentence)], []]);
    expect(existsSync(file) ? readFileSync(file) : null).toEqual(before);
  });

  test.for([
    [
      "heads that do not share its width",
      "embedding_length: 64\nheads: 3\n",
      /^init: embedding_length 64 is not/,
    ],
    [
      "heads that do not share their keys",
      "embedding_length: 64\nheads: 4\nkv_heads: 3\n",
      /^init: heads 4 is not a multiple/,
    ],
    [
      "a width that is none",
      "embedding_length: wide\n",
      /init\d+\.yaml:1: embedding_length: must be/,
    ],
    [
      "an architecture nobody knows",
      "architecture: gpt5\n",
      /init\d+\.yaml:1: architecture: must be/,
    ],
    ["a key nobody knows", "depth: 4\n", /init\d+\.yaml:1: .*depth/],
  ] as [string, string, RegExp][])("of a shape with %s is refused", async ([, yaml, sentence]) => {
    const init = dataFile(`init${newPath().split("/").at(-1)}.yaml`, yaml);
    const { code, complaints, output } = await train({
      ...{ "--init": init, "--data": chats(...conversations(3)) },
    });
    expect([code, complaints, left(output)]).toEqual([1, [expect.stringMatching(sentence)], []]);
  });

  test("and a shape together, or neither, are a wrong command line", async () => {
    const init = dataFile("init.yaml", "layers: 1\n");
    const data = chats(...conversations(3));
    const both = await train({ "--model-path": base, "--init": init, "--data": data });
    expect([both.code, both.complaints]).toEqual([2, [expect.stringMatching(/does not go with/)]]);
    said = [];
    const neither = await train({ "--data": data });
    expect([neither.code, neither.complaints]).toEqual([2, [expect.stringMatching(/is missing/)]]);
    for (const wrong of [{ init: {} }, { model_path: null }])
      await expect(finish(settings(wrong))).rejects.toThrow(/^Give either a model .* or a shape/);
  });
});

describe("a folder", () => {
  test("that holds anything else is refused, and left as it is", async () => {
    const output = newPath();
    mkdirSync(output);
    writeFileSync(join(output, "adapter.gguf"), "precious");
    const { code, complaints } = await train(
      { "--model-path": base, "--data": chats(...conversations(3)) },
      output,
    );
    expect([code, complaints]).toEqual([1, [expect.stringMatching(/is not empty: /)]]);
    expect(left(output)).toEqual(["adapter.gguf"]);
    expect(readFileSync(join(output, "adapter.gguf"), "utf8")).toBe("precious");
  });

  test("that is a file is refused", async () => {
    const output = dataFile("file", "precious");
    const { code, complaints } = await train(
      { "--model-path": base, "--data": chats(...conversations(3)) },
      output,
    );
    expect([code, complaints]).toEqual([1, [`Cannot write into ${output}: file already exists.`]]);
    expect(readFileSync(output, "utf8")).toBe("precious");
  });
});

describe("a learning rate", () => {
  test("that throws the model out of all numbers ends the run, and keeps its checkpoint", async () => {
    const { code, complaints, output } = await train({
      ...{ "--model-path": base, "--data": chats(...conversations(20)), "--method": "full" },
      ...{ "--learning-rate": "10", "--weight-decay": "1", "--schedule": "constant" },
      ...{ "--max-steps": "60", "--save-every": "5", "--batch-tokens": "128", "--epochs": "99" },
    });
    expect([code, complaints]).toEqual([
      1,
      [expect.stringMatching(/^The loss is no number any more at step \d+: .*--learning-rate\.$/)],
    ]);
    expect(curve(output).every(Number.isFinite)).toBe(true);
    expect(left(join(output, "checkpoints"))).toContain("step-00000010.gguf");
    expect(left(output).filter((name) => name.endsWith(".gguf"))).toEqual([]);
  });
});

describe("what is kept back to measure on", () => {
  test("is of all files together, however small each is", async () => {
    const data = conversations(24).map((row) => ({ path: chats(row), weight: 1 }));
    const { heard } = await finish(settings({ data, eval_split: 0.02, max_steps: 1 }));
    const start = heard.find((one) => one.event === "start");
    expect(start).toMatchObject({ data: { conversations: 24, eval_conversations: 1 } });
    expect(heard.some((one) => one.event === "eval")).toBe(true);
  });
});

describe("a context beyond what the model was made for", () => {
  test("is said", async () => {
    const { notices } = await finish(settings({ context_size: 4096, max_steps: 1 }));
    expect(notices()).toContain(
      "context_size is 4096, but the model was made for 2048 tokens: it learns little from what is longer",
    );
    expect((await finish(settings({ max_steps: 1 }))).notices()).toEqual([]);
  });
});
