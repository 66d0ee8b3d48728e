import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readBattles } from "../../src/battles/read-battles.ts";
import { UsageError } from "../../src/errors/usage-error.ts";
import { csv, defaults, fileOf, gzipped, jsonl, parquet, read } from "./battle-files.ts";

const turn = (role: string, text: string) => ({ role, content: [{ type: "text", text }] });
const conversation = (answer: string) => [turn("user", "Why? 漢字 🦙"), turn("assistant", answer)];

/** Battles as the 140k set has them, with texts of several lines. */
const battles = Array.from({ length: 400 }, (_, i) => ({
  model_a: `model-${i % 7}`,
  model_b: `mødel-${(i % 5) + 7}`,
  winner: ["model_a", "model_b", "tie", "both_bad"][i % 4],
  judge: `judge, "${i % 11}"`,
  language: ["en", "Chinese", null][i % 3],
  tstamp: 1.7e9 + (i % 50),
  conversation_a: conversation(`# Answer\r\n- **${i}**`),
  conversation_b: conversation(`plain\n${"word ".repeat(i % 9)}`),
  conv_metadata: {
    sum_assistant_a_tokens: i,
    sum_assistant_b_tokens: 3,
    bold_count_a: { "**": 1, __: i % 2 },
    bold_count_b: { "**": 0, __: 0 },
  },
}));

const formats: [string, string | Uint8Array][] = [
  ["lines.jsonl", jsonl(battles)],
  ["tight.json", JSON.stringify(battles)],
  ["pretty.json", JSON.stringify(battles, null, 2)],
  ["table.csv", csv(battles)],
  ["windows.jsonl", `\ufeff${jsonl(battles).replaceAll("\n", "\r\n\r\n")}`],
  ["marked.json", `\ufeff\n${JSON.stringify(battles)}`],
  ["marked.csv", `\ufeff${csv(battles)}`],
  ["without-an-ending", jsonl(battles)],
  ["misnamed.csv", JSON.stringify(battles)],
  ["lines.jsonl.gz", gzipped(jsonl(battles))],
  ["pretty.json.gz", gzipped(JSON.stringify(battles, null, 2))],
  ["table.csv.gz", gzipped(csv(battles))],
  ["misnamed.jsonl", gzipped(jsonl(battles))],
  [
    "two-members.gz",
    Buffer.concat([gzipSync(jsonl(battles.slice(0, 9))), gzipSync(jsonl(battles.slice(9)))]),
  ],
  ["table.parquet", parquet(battles, 150)],
  ["misnamed.json", parquet(battles, 1000)],
];

const everything = {
  features: ["length", "header", "list", "bold"],
  withCategories: true,
  withPrompts: true,
  withJudges: true,
};

describe("readBattles", () => {
  test.for(formats)("reads the same battles from %s", async ([ending, content]) => {
    const expected = await read(fileOf("lines.jsonl", jsonl(battles)), everything);
    const found = await read(fileOf(ending, content), everything);
    expect(found.battles).toEqual(expected.battles);
    expect(found).toMatchObject({ rows: 400, badRows: 0, notVotes: 0, dropped: [] });
    expect(found.dataHash).toBe(`sha256:${createHash("sha256").update(content).digest("hex")}`);
  });

  test("collects what each battle says", async () => {
    const { battles: found } = await read(fileOf("lines.jsonl", jsonl(battles)), everything);
    const first = [found.models[found.a[0]], found.models[found.b[0]], found.outcome[0]];
    expect(first).toEqual(["model-0", "mødel-7", 0]);
    expect(found.time[0]).toBe(1.7e9);
    expect(found.judges[found.judge[0]]).toBe('judge, "0"');
    expect(new Set(found.languages)).toEqual(new Set(["English", "Chinese"]));
    expect([...found.style.subarray(0, 8)]).toEqual([0, 1, 1, 1, 3, 0, 0, 0]);
    expect(found.prompt[0]).toBeGreaterThan(0);
  });

  test("reads no text where nobody asks for it: a broken one costs no battle", async () => {
    const broken = { model_a: "x", model_b: "y", winner: "tie", conversation_a: "oops" };
    const file = fileOf("x.jsonl", jsonl([broken]));
    expect(await read(file)).toMatchObject({ badRows: 0, battles: { length: 1 } });
    expect(await read(file, { withPrompts: true })).toMatchObject({
      badRows: 1,
      badRowExamples: [
        { file, line: 1, reason: "conversation_a: must be JSON, but is a text that is not" },
      ],
    });
  });

  test("accounts for every row", async () => {
    const file = fileOf(
      "log.json",
      `${jsonl([
        { model_a: "x", model_b: "y", winner: "tie" },
        { type: "chat", model: "x" },
        { type: "share", models: ["x", "y"] },
        { type: "upvote", model: "x" },
        { model_a: "x", model_b: "x", winner: "tie" },
        { model_a: "x", model_b: "y", winner: "tie", quarantine: "too many votes" },
        { model_a: "x", model_b: "y", winner: "tie", judge: "arena_user_6.6.6.6" },
        { model_a: "x", model_b: "y", winner: "tie", judge: "shill" },
        7,
      ])}oops\n`,
    );
    const found = await read(file, { banned: new Set(["6.6.6.6", "shill"]) });
    expect(found).toMatchObject({
      rows: 10,
      notVotes: 3,
      badRows: 3,
      dropped: [
        ["quarantined", 1],
        ["banned", 2],
      ],
      battles: { length: 1 },
    });
    expect(
      found.badRowExamples.map(({ line, reason }) => `${line} ${reason.split(":")[0]}`),
    ).toEqual(["5 model_a and model_b are both x", "9 must be an object", "10 not JSON"]);
  });

  test("rates what is in quarantine, and what the banned said, where these rules are off", async () => {
    const row = { model_a: "x", model_b: "y", winner: "tie", judge: "me", quarantine: "new" };
    const file = fileOf("log.jsonl", jsonl([row]));
    const banned = new Set(["me"]);
    const keep = new Set(["quarantined", "banned"] as const);
    expect((await read(file, { banned })).dropped).toEqual([["quarantined", 1]]);
    expect(await read(file, { banned, keep })).toMatchObject({
      dropped: [],
      battles: { length: 1 },
    });
  });

  test.for([
    [{ model_b: "y", winner: "tie" }, "model_a: is missing"],
    [{ model_a: "", model_b: "y", winner: "tie" }, "model_a: must not be empty"],
    [{ model_a: "x", model_b: 3, winner: "tie" }, "model_b: must be a string"],
    [
      { model_a: "x", model_b: "y" },
      "winner: must be one of model_a, model_b, tie, both_bad, tie (bothbad)",
    ],
    [
      { model_a: "x", model_b: "y", winner: "toString" },
      "winner: must be one of model_a, model_b, tie, both_bad, tie (bothbad)",
    ],
    [{ model_a: "x", model_b: "y", winner: "tie", tstamp: "now" }, "tstamp: must be a number"],
    [
      { model_a: "x", model_b: "y", winner: "tie", timestamp: "now" },
      "timestamp: must be Unix time, or like 2025-07-01T12:00",
    ],
    [
      { type: "leftvote", tstamp: 1, models: ["", ""], states: [] },
      "states: must have at least 2 entries",
    ],
  ] as const)("says what is wrong with %j", async ([row, reason]) => {
    const file = fileOf("bad.jsonl", `\n${jsonl([row])}`);
    expect(await read(file)).toMatchObject({
      badRows: 1,
      badRowExamples: [{ file, line: 2, reason }],
    });
    await expect(read(file, { strict: true })).rejects.toThrow(
      new UsageError(`${file}:2: ${reason}`),
    );
  });

  test("names the elements of an array, which may all be on one line", async () => {
    const file = fileOf(
      "bad.json",
      '[{"model_a":"x","model_b":"y","winner":"tie"},{"model_a":"x"}]',
    );
    await expect(read(file, { strict: true })).rejects.toThrow(`${file}:1: element 2: model_b: `);
  });

  test("stops at the first bad row of a table too", async () => {
    const rows = [
      { model_a: "x", model_b: "y", winner: "tie" },
      { model_a: "x", model_b: "y", winner: "draw" },
    ];
    for (const [ending, content, line] of [
      ["bad.csv", csv(rows), 3],
      ["bad.parquet", parquet(rows, 1), 2],
      ["short.csv", `${csv(rows.slice(0, 1))}x\n`, 3],
    ] as const) {
      const file = fileOf(ending, content);
      await expect(read(file, { strict: true })).rejects.toThrow(`${file}:${line}: `);
      expect(await read(file)).toMatchObject({ rows: 2, badRows: 1, badRowExamples: [{ line }] });
    }
  });

  test("shows no more than 20 bad rows, and counts them all", async () => {
    const found = await read(fileOf("bad.jsonl", "oops\n".repeat(30)));
    expect(found).toMatchObject({ rows: 30, badRows: 30 });
    expect(found.badRowExamples).toHaveLength(20);
  });

  test("counts the words that gave models away, the most frequent first", async () => {
    const state = (text: string) => ({ messages: [["user", text]], model_name: text });
    const vote = (text: string) => ({
      type: "tievote",
      tstamp: 1,
      models: ["", ""],
      states: [state(text), state("hello")],
    });
    const file = fileOf("conv.json", jsonl(["a palm", "bard and palm", "koala", "fine"].map(vote)));
    expect(await read(file)).toMatchObject({
      rows: 4,
      dropped: [["leaked_identity", 3]],
      leakedWords: [
        ["palm", 2],
        ["bard", 1],
        ["koala", 1],
      ],
    });
  });

  test("reads several files as one, in whatever order", async () => {
    const [one, other] = [battles.slice(0, 150), battles.slice(150)];
    const files = [fileOf("one.jsonl", jsonl(one)), fileOf("other.csv.gz", gzipped(csv(other)))];
    const whole = await read(fileOf("all.jsonl", jsonl(battles)), everything);
    const forward = await read(files, everything);
    const backward = await read(files.toReversed(), everything);
    expect(forward.battles).toEqual(whole.battles);
    expect(backward.battles.models).toEqual(forward.battles.models);
    expect(backward.dataHash).toBe(forward.dataHash);
    const digests = [jsonl(one), gzipped(csv(other))].map((bytes) =>
      createHash("sha256").update(bytes).digest("hex"),
    );
    const lines = digests
      .sort()
      .map((digest) => `${digest}\n`)
      .join("");
    expect(forward.dataHash).toBe(`sha256:${createHash("sha256").update(lines).digest("hex")}`);
  });

  test("does not count the same file twice", async () => {
    const [one, copy] = ["one.jsonl", "copy.jsonl"].map((name) => fileOf(name, jsonl(battles)));
    await expect(read([one, copy])).rejects.toThrow(
      new UsageError(`${copy} holds the same bytes as ${one}: name only one of them.`),
    );
  });

  test.for([
    ["JSON Lines", jsonl(battles)],
    ["JSON", JSON.stringify(battles)],
    ["CSV", csv(battles)],
    ["gzip", gzipped(jsonl(battles))],
  ] as const)("reads %s from standard input, whatever its chunks", async ([, content]) => {
    const bytes = Buffer.from(content);
    const chunks = [1, 2, 3, 700, bytes.length].map((end, i, ends) =>
      bytes.subarray(ends[i - 1], end),
    );
    const found = await readBattles({ ...defaults, files: ["-"] }, Readable.from(chunks));
    expect(found).toMatchObject({ rows: 400, battles: { length: 400 } });
    expect(found.dataHash).toBe(`sha256:${createHash("sha256").update(bytes).digest("hex")}`);
  });

  test("tells how far it has come, up to the end and never back", async () => {
    const contents = [jsonl(battles), gzipped(csv(battles)), parquet(battles, 100)];
    const total =
      contents.reduce((sum, content) => sum + content.length, 0) + extraBytes(contents[0]);
    const seen: number[] = [];
    await read(
      contents.map((content, i) => fileOf(`${i}`, content)),
      {
        onProgress: (bytes, of) => {
          seen.push(bytes);
          expect(of).toBe(total);
        },
      },
    );
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
  });

  test("finds the language of what the user wrote, where the file does not name it and it is plain", async () => {
    const ask = (content: string) => ({
      model_a: "x",
      model_b: "y",
      winner: "tie",
      conversation_a: [{ role: "user", content }],
      conversation_b: [],
    });
    const rows = [
      ask("Wie wird morgen das Wetter in den Bergen?"),
      { ...ask("Wie wird morgen das Wetter?"), language: "unknown" },
      { ...ask("Wie wird morgen das Wetter?"), language: "French" },
      ask("2+2"),
    ];
    const file = fileOf("x.jsonl", jsonl(rows));
    const { battles: found } = await read(file, { detectLanguage: true });
    const names = [...found.language].map((place) => found.languages[place] ?? null);
    expect(names).toEqual(["German", "German", "French", null]);
    expect((await read(file)).battles.languages).toEqual(["French"]);
  });
});

/** The length of a text is in UTF-16 units, that of its file in bytes. */
const extraBytes = (text: string | Uint8Array) => Buffer.byteLength(text) - text.length;

describe("a file that holds no battles", () => {
  const parquetFile = Buffer.from(parquet(battles, 100));
  const packed = gzipped(jsonl(battles));
  test.for([
    ["empty.jsonl", "", /is empty\.$/],
    ["blank.csv", "\n \n", /is empty\.$/],
    ["empty.gz", gzipped(""), /is empty\.$/],
    ["binary.jsonl", Buffer.from([1, 0, 2]), /is not text: .*gzip, and from Parquet\.$/],
    ["wide.jsonl", Buffer.from(jsonl(battles), "utf16le"), /is not text/],
    ["cut.gz", packed.subarray(0, packed.length / 2), /cannot be unpacked: it ends too early\.$/],
    ["damaged.gz", damaged(packed), /cannot be unpacked: /],
    ["cut.parquet", parquetFile.subarray(0, 2000), /cannot be read as Parquet: /],
    ["damaged.parquet", damaged(parquetFile), /cannot be read as Parquet: /],
    ["packed.parquet.gz", gzipSync(parquetFile), /is Parquet inside gzip: unpack it first\.$/],
    ["models.csv", "model,rating\nx,1000\n", /has no columns model_a and model_b/],
    ["prose.txt", "Dear reader,\nall is well.\n", /has no columns model_a and model_b/],
    ["models.parquet", parquet([{ model_a: "x", winner: "tie" }], 1), /has no columns model_a and/],
  ] as const)("is refused by name: %s", async ([ending, content, message]) => {
    const file = fileOf(ending, content);
    const refusal = read(file).catch((cause: unknown) => cause);
    expect(await refusal).toBeInstanceOf(UsageError);
    expect(String(await refusal)).toMatch(message);
    expect(String(await refusal)).toContain(file);
  });

  test("is refused where there is none, or a folder", async () => {
    await expect(read("/no/such/file.jsonl")).rejects.toThrow(
      new UsageError("There is no file /no/such/file.jsonl."),
    );
    await expect(read("/tmp")).rejects.toThrow(
      new UsageError("/tmp is a folder: name the files in it."),
    );
  });

  test("is refused as Parquet from a pipe", async () => {
    const stdin = Readable.from([parquetFile]);
    await expect(readBattles({ ...defaults, files: ["-"] }, stdin)).rejects.toThrow(
      new UsageError("standard input is Parquet, which cannot be read from a pipe: name the file."),
    );
  });
});

/** The same, with its middle overwritten. */
function damaged(bytes: Buffer): Buffer {
  return Buffer.from(bytes).fill(0xa5, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2));
}
