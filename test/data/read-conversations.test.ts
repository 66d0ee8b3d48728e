/** @file Files of every format, and what is said of those that are wrong. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import {
  type ReadConversationsOptions,
  readConversations,
} from "../../src/data/read-conversations.ts";
import { UsageError } from "../../src/errors/usage-error.ts";
import { all, fileOf, jsonl } from "./chats.ts";

const read = (path: string, options?: ReadConversationsOptions) =>
  all(readConversations(path, options));
const readRows = (...rows: unknown[]) => read(fileOf("chats.jsonl", jsonl(rows)));
const messagesOf = async (row: unknown) => (await readRows(row))[0].messages;

const hello = [
  { role: "user", content: "hi" },
  { role: "assistant", content: "hello" },
];

describe("a row", () => {
  test.for([
    [
      {
        conversations: [
          { from: "human", value: "hi" },
          { from: "gpt", value: "hello" },
        ],
      },
    ],
    [
      {
        conversations: [
          { from: "user", value: "hi" },
          { from: "chatgpt", value: "hello" },
        ],
      },
    ],
    [
      {
        conversations: [
          { from: "Human", value: "hi" },
          { from: "bard", value: "hello" },
        ],
      },
    ],
    [{ conversations: hello }],
    [{ messages: hello }],
    [{ conversation: hello }],
    [{ messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }, hello[1]] }],
    [{ instruction: "hi", output: "hello" }],
    [{ instruction: "hi", input: "", output: "hello" }],
    [{ instruction: "", input: "", output: "hello", conversations: null, messages: hello }],
    [{ messages: JSON.stringify(hello) }],
  ])("is a conversation, as %j", async ([row]) => {
    expect(await messagesOf(row)).toEqual(hello);
  });

  test("keeps its id, its model, its language and its place", async () => {
    const [one, two] = await readRows(
      { id: 7, model: "m", language: "de", messages: hello },
      { conversation_id: "c", lang: "en", conversation: hello },
    );
    expect(one).toMatchObject({ id: "7", model: "m", language: "de", format: "openai" });
    expect(one.place).toMatch(/chats\.jsonl:1$/);
    expect(two).toMatchObject({ id: "c", model: null, language: "en", tools: null });
    expect(two.place).toMatch(/:2$/);
  });

  test("of ShareGPT begins with the user, whatever came before, and with its system text", async () => {
    const conversations = [
      { from: "gpt", value: "…and so on" },
      { from: "human", value: "hi" },
      { from: "gpt", value: "hello" },
    ];
    const system = { role: "system", content: "Be brief." };
    expect(await messagesOf({ conversations, system: "Be brief." })).toEqual([system, ...hello]);
    const own = [{ from: "system", value: "Be brief." }, ...conversations];
    expect(await messagesOf({ conversations: own, system: "" })).toEqual([system, ...hello]);
    expect(await messagesOf({ conversations: own, system: "Hear me." })).toEqual([
      { role: "system", content: "Hear me.\n\nBe brief." },
      ...hello,
    ]);
  });

  test("of OpenAI may have turns in any order, and weights", async () => {
    const messages = [
      { role: "developer", content: "d" },
      { role: "assistant", content: "first", weight: 0 },
      { role: "user", content: "a" },
      { role: "user", content: "b", name: "eve" },
      { role: "assistant", content: "last", weight: 2.5, reasoning_content: "why" },
    ];
    expect(await messagesOf({ messages })).toEqual(messages);
  });

  test("of Alpaca has its input behind the question, and its history before", async () => {
    const row = { instruction: "Add.", input: "1 and 2", output: "3", history: [["q", "a"]] };
    expect((await messagesOf({ ...row, system: "s" })).map(({ content }) => content)).toEqual([
      ...["s", "q", "a", "Add.\n\n1 and 2", "3"],
    ]);
  });

  test("may call tools as OpenAI writes it, now or formerly, or with objects as arguments", async () => {
    const tools = [{ type: "function", function: { name: "f", parameters: { type: "object" } } }];
    const called = { name: "f", arguments: '{"a":1}' };
    const call = { id: "call_1", type: "function", function: called };
    const rest = [
      { role: "tool", content: "5", tool_call_id: "call_1" },
      { role: "assistant", content: "five" },
    ];
    const asked = { role: "assistant", content: null };
    const rows = [
      { tools, messages: [hello[0], { ...asked, tool_calls: [call] }, ...rest] },
      {
        tools,
        messages: [
          hello[0],
          { ...asked, tool_calls: [{ function: { name: "f", arguments: { a: 1 } } }] },
          { role: "tool", content: "5" },
          rest[1],
        ],
      },
      {
        functions: [tools[0].function],
        messages: [
          hello[0],
          { ...asked, function_call: called },
          { role: "function", name: "f", content: "5" },
          rest[1],
        ],
      },
      {
        tools: JSON.stringify([tools[0].function]),
        conversations: [
          { from: "human", value: "hi" },
          { from: "function_call", value: '{"name": "f", "arguments": {"a": 1}}' },
          { from: "observation", value: "5" },
          { from: "gpt", value: "five" },
        ],
      },
    ];
    for (const found of await readRows(...rows)) {
      expect(found.tools).toEqual(tools);
      expect(found.messages).toEqual([hello[0], { ...asked, tool_calls: [call] }, ...rest]);
    }
  });

  test.for<[unknown, string]>([
    [{ conversations: [] }, "conversations: is empty"],
    [{ messages: [] }, "messages: is empty"],
    [{ messages: "hi" }, "messages: must be JSON, but is a text that is not"],
    [{ messages: { role: "user" } }, "messages: must be a list of messages"],
    [{ messages: [1] }, "messages[0]: must be an object"],
    [
      {
        conversations: [
          { from: "human", value: "x" },
          { from: "bot", value: "y" },
        ],
      },
      "conversations[1].from: 'bot' is not a role (human, gpt, user, assistant, system, tool …)",
    ],
    [
      { messages: [{ role: 5 }] },
      "messages[0].role: 5 is not a role (human, gpt, user, assistant, system, tool …)",
    ],
    [{ messages: [{ content: "x" }] }, "messages[0].role: is missing"],
    [{ conversations: [{ from: "human" }] }, "conversations[0].value: is missing"],
    [{ conversations: [{ from: "gpt", value: 5 }] }, "conversations[0].value: must be a text"],
    [{ messages: [{ role: "user", content: null }] }, "messages[0].content: is missing"],
    [{ messages: [{ role: "assistant" }] }, "messages[0].content: is missing"],
    [
      { messages: [{ role: "user", content: [{ type: "image_url" }] }] },
      'messages[0].content[0].type: "image_url" is no text, which is all that is learned',
    ],
    [
      { messages: [...hello, { role: "assistant", content: "x", weight: -1 }] },
      "messages[2].weight: must be a number from 0 to 1000",
    ],
    [
      { messages: [{ role: "assistant", tool_calls: [{ function: {} }] }] },
      "messages[0].tool_calls[0].function.name: is missing",
    ],
    [
      { messages: hello, tools: [{ type: "function", function: {} }] },
      "tools[0].function.name: is missing",
    ],
    [
      { conversations: [{ from: "function_call", value: "f(1)" }] },
      'conversations[0].value: must be a call in JSON: {"name": …, "arguments": …}',
    ],
    [{ instruction: "x" }, "output: is missing"],
    [{ instruction: "", output: "x" }, "instruction: must not be empty"],
    [
      { instruction: "x", output: "y", history: [["q"]] },
      "history[0]: must be a question and its answer",
    ],
    [{ messages: hello, model: 5 }, "model: must be a text"],
    [{ prompt: "x" }, "has none of conversations, messages and instruction"],
    [[1, 2], "must be an object"],
    [null, "must be an object"],
    [{ messages: [hello[0]] }, "no message is the assistant's, so there is nothing to learn"],
  ])("%j is refused with its file, its line and its field", async ([row, complaint]) => {
    const path = fileOf("chats.jsonl", jsonl([{ messages: hello }, row]));
    await expect(read(path)).rejects.toThrow(new UsageError(`${path}:2: ${complaint}`));
  });

  test("may be without an answer where that is asked for", async () => {
    const path = fileOf("chats.jsonl", jsonl([{ messages: [hello[0]] }]));
    expect(await read(path, { withUnanswered: true })).toHaveLength(1);
  });
});

describe("readConversations", () => {
  test("leaves bad rows out, and says of each what is wrong with it", async () => {
    const rows = [{ messages: hello }, { messages: [] }, { messages: hello }];
    const path = fileOf("chats.jsonl", `${jsonl(rows)}nonsense\n`);
    const bad: string[] = [];
    expect(await read(path, { onBad: (sentence) => bad.push(sentence) })).toHaveLength(2);
    expect(bad).toEqual([
      `${path}:2: messages: is empty`,
      expect.stringMatching(/^.*:4: not JSON: /),
    ]);
  });

  test("names the elements of an array", async () => {
    const path = fileOf("chats.json", JSON.stringify([{ messages: hello }, { messages: 5 }]));
    await expect(read(path)).rejects.toThrow(
      `${path}:1 (element 2): messages: must be a list of messages`,
    );
  });

  test.for([
    ["chats.jsonl", jsonl([{ messages: hello }, { messages: hello }])],
    ["chats.json", JSON.stringify([{ messages: hello }, { messages: hello }], null, 2)],
    ["chats.jsonl.gz", gzipSync(jsonl([{ messages: hello }, { messages: hello }]))],
    ["chats", jsonl([{ messages: hello }, { messages: hello }])],
    ["chats.csv", `id,messages\n1,"${JSON.stringify(hello).replaceAll('"', '""')}"\n2,${"[]"}\n`],
  ] as const)("reads %s", async ([ending, content]) => {
    const found = await read(fileOf(ending, content), { onBad: () => {} });
    expect(found.length).toBe(ending.endsWith("csv") ? 1 : 2);
    expect(found[0].messages).toEqual(hello);
  });

  test("reads Parquet, by the number of the row", async () => {
    const rows = [hello, [...hello, ...hello], []].map((messages) => JSON.stringify(messages));
    const columnData = [
      { name: "messages", data: rows, type: "STRING" as const },
      { name: "source", data: ["a", "b", "c"], type: "STRING" as const },
    ];
    const path = fileOf("chats.parquet", new Uint8Array(parquetWriteBuffer({ columnData })));
    const bad: string[] = [];
    const found = await read(path, { onBad: (sentence) => bad.push(sentence) });
    expect(found.map(({ messages }) => messages.length)).toEqual([2, 4]);
    expect(bad).toEqual([`${path}:3: messages: is empty`]);
  });

  test.for([
    ["chats.jsonl", "", / is empty\.$/],
    ["chats.jsonl", "\n\n", / is empty\.$/],
    ["chats.json", "[]", / has no conversations\.$/],
    ["chats.json", "{", /:1: not JSON: /],
    ["chats.json", '[{"messages": [', /:1 \(element 1\): the file ends before its array does$/],
    [
      "chats.csv",
      "a,b\n1,2\n",
      / has none of the columns conversations, messages and instruction\.$/,
    ],
    ["chats.bin", "a\0b", / is not text: /],
    ["chats.parquet", "PAR1nonsense", / cannot be read as Parquet: /],
    ["chats.jsonl.gz", new Uint8Array([0x1f, 0x8b, 8, 0, 1]), / cannot be unpacked: /],
  ] as const)("says in a sentence what is wrong with %s: %j", async ([ending, content, words]) => {
    const path = fileOf(ending, content);
    await expect(read(path)).rejects.toThrow(UsageError);
    await expect(read(path)).rejects.toThrow(words);
  });

  test("knows the digest of what it has read, and how far it has come", async () => {
    const path = fileOf("chats.jsonl", jsonl(Array(1000).fill({ messages: hello })));
    const bytes = readFileSync(path);
    let digest = "";
    let progress: number[] = [];
    const options = {
      onDigest: (sha256: string) => {
        digest = sha256;
      },
      onProgress: (read: number, total: number) => {
        progress = [read, total];
      },
    };
    expect(await read(path, options)).toHaveLength(1000);
    expect(digest).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(progress).toEqual([bytes.length, bytes.length]);
  });

  test("can be left after the first", async () => {
    const path = fileOf("chats.jsonl", jsonl(Array(100_000).fill({ messages: hello })));
    for await (const { place } of readConversations(path)) {
      expect(basename(place)).toMatch(/:1$/);
      break;
    }
  });

  test("takes what is hostile for what it is", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const rows = [
      `{"messages": ${deep}}`,
      `{"messages": ${JSON.stringify(hello)}, "tools": [{"name": "f", "parameters": {"a": ${deep}}}]}`,
      `{"__proto__": {"messages": []}, "constructor": 1}`,
      `{"messages": [{"role": "__proto__", "content": "x"}]}`,
      `{"messages": [{"role": "user", "content": "${"x".repeat(5_000_000)}"}, ${JSON.stringify(hello[1])}]}`,
    ];
    const bad: string[] = [];
    const path = fileOf("chats.jsonl", rows.join("\n"));
    const found = await read(path, { onBad: (sentence) => bad.push(sentence.slice(path.length)) });
    expect(found).toHaveLength(1);
    expect(bad).toEqual([
      ":1: messages[0]: must be an object",
      ":2: tools[0]: is nested too deep",
      ":3: has none of conversations, messages and instruction",
      ":4: messages[0].role: '__proto__' is not a role (human, gpt, user, assistant, system, tool …)",
    ]);
  });
});
