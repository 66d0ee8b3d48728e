/** @file Special tokens, identity questions, statistics, folders: the smaller tools. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dataFiles } from "../../src/data/data-files.ts";
import { identityConversations, identityDefaults } from "../../src/data/identity.ts";
import { withoutSpecialTokens } from "../../src/data/special-tokens.ts";
import { statisticsOf } from "../../src/data/statistics.ts";
import { UsageError } from "../../src/errors/usage-error.ts";
import { all, chat, streamOf, talk } from "./chats.ts";

describe("withoutSpecialTokens", () => {
  test("spells each so that it is text, the longest first, and counts them", async () => {
    let count = 0;
    const source = streamOf([chat(talk("a</s>b<s>", "[x] </s></s> ."))]);
    const tokens = ["<s>", "</s>", "[x]", "", ".", "$^"];
    const found = await all(
      withoutSpecialTokens(source, tokens, (more) => {
        count += more;
      }),
    );
    expect(found[0].messages).toEqual(talk("a<|/s|>b<|s|>", "[|x|] <|/s|><|/s|>  "));
    expect(count).toBe(6);
  });

  test("changes nothing where there are none", async () => {
    const conversation = chat(talk("a</s>", "b"));
    expect(await all(withoutSpecialTokens(streamOf([conversation]), [], () => {}))).toEqual([
      conversation,
    ]);
  });
});

describe("identityConversations", () => {
  const ours = identityConversations({ name: "Ada", maker: "Meta", ...identityDefaults });

  test("each answer a question with the model's name or its maker", () => {
    expect(ours.length).toBeGreaterThan(100);
    for (const { messages } of ours) {
      expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
      expect(messages[1].content).toMatch(/Ada|Meta/);
    }
    expect(new Set(ours.map(({ id }) => id)).size).toBe(ours.length);
  });

  test("deny what is not so, and only that", () => {
    const denied = ours.filter(({ messages }) => String(messages[1].content).startsWith("No"));
    expect(denied.some(({ messages }) => messages[0].content === "Are you ChatGPT?")).toBe(true);
    expect(denied.some(({ messages }) => String(messages[0].content).includes("Meta"))).toBe(false);
  });
});

describe("statisticsOf", () => {
  const conversations = [
    chat(talk("ab", "cdef"), { model: "m", language: "en", format: "openai" }),
    chat([{ role: "system", content: "s" }, ...talk("a", "bcd", "e", "🙂🙂")], {
      model: "m",
      language: "de",
    }),
    chat(talk("abcdefgh"), { tools: [{ type: "function", function: { name: "f" } }] }),
  ];

  test("counts conversations, rounds, lengths, roles, formats and languages", async () => {
    const found = await statisticsOf(streamOf(conversations), { countTokens: null, detect: null });
    expect(found).toMatchObject({
      conversations: 3,
      messages: 8,
      unit: "characters",
      rounds: { total: 4, p50: 1, max: 2 },
      conversation_length: { total: 22, mean: 22 / 3, p5: 6.2, p50: 8, max: 8 },
      prompt_length: { total: 12, mean: 3, max: 8 },
      answer_length: { total: 9, mean: 3, p50: 3, max: 4 },
      with_system: 1,
      with_tools: 1,
      unanswered: 1,
      roles: { user: 4, assistant: 3, system: 1 },
      formats: { unknown: 2, openai: 1 },
      models: { m: 2, unknown: 1 },
      languages: { English: 1, German: 1, unknown: 1 },
    });
  });

  test("counts in tokens where it is given a model's", async () => {
    const options = { countTokens: (text: string) => text.length * 10, detect: null };
    const found = await statisticsOf(streamOf(conversations.slice(0, 1)), options);
    expect(found).toMatchObject({ unit: "tokens", conversation_length: { total: 60 } });
  });

  test("of nothing are zeros", async () => {
    const found = await statisticsOf(streamOf([]), { countTokens: null, detect: null });
    expect(found).toMatchObject({
      conversations: 0,
      rounds: { total: 0, mean: 0, p50: 0, max: 0 },
    });
  });
});

describe("dataFiles", () => {
  const folder = mkdtempSync(join(tmpdir(), "fastchat-folder-"));
  mkdirSync(join(folder, "more"));
  mkdirSync(join(folder, "empty"));
  for (const name of [
    "b.jsonl",
    "a.json",
    ".hidden.jsonl",
    "notes.txt",
    "more/c.parquet",
    "more/d.jsonl.gz",
  ])
    writeFileSync(join(folder, name), "");

  test("are the data files of a folder, sorted, to its depths", () => {
    const names = ["a.json", "b.jsonl", "more/c.parquet", "more/d.jsonl.gz"];
    expect(dataFiles(folder)).toEqual(names.map((name) => join(folder, name)));
  });

  test("is the file itself, whatever its name, or standard input", () => {
    expect(dataFiles(join(folder, "notes.txt"))).toEqual([join(folder, "notes.txt")]);
    expect(dataFiles("-")).toEqual(["-"]);
  });

  test("say where there are none", () => {
    expect(() => dataFiles(join(folder, "nope"))).toThrow(UsageError);
    expect(() => dataFiles(join(folder, "empty"))).toThrow(/has no data/);
  });
});
