/** @file Each rule of cleaning, with what it drops and what it keeps. */
import { describe, expect, test } from "vitest";
import { type CleanOptions, cleanConversations, cleanDefaults } from "../../src/data/clean.ts";
import type { Conversation, LessonMessage } from "../../src/data/conversation.ts";
import { chat, talk, through } from "./chats.ts";

const clean = (source: Conversation[], options: Partial<CleanOptions> = {}) =>
  through(
    (all, dropped) => cleanConversations(all, { ...cleanDefaults, ...options }, dropped),
    source,
  );
const question = "What is the capital of France?";
const answer = "Paris is the capital.";
const deep = `<p>${"<b>".repeat(500)}deep</b></p>`;

describe("cleanConversations", () => {
  test.for<
    [
      rule: CleanOptions["keep"] extends ReadonlySet<infer R> ? R : never,
      bad: LessonMessage[],
      good: LessonMessage[],
    ]
  >([
    ["too short", talk("hi", "hello"), talk("hi there", "hello you")],
    ["too short", talk(question), talk(question, answer)],
    [
      "wrong order",
      [...talk(question, answer), { role: "assistant", content: answer }],
      talk(question, answer, "And?", "No."),
    ],
    [
      "wrong order",
      [{ role: "user", content: "So" }, ...talk(question, answer)],
      talk(question, answer),
    ],
    [
      "blocked words",
      talk("Who made you?", "I was made by OpenAI."),
      talk("Who made you?", "I was made by people."),
    ],
    ["blocked words", talk("Are you chatGPT, really?", answer), talk("Are you GPT?", answer)],
    [
      "rate limit",
      talk(question, "Too many requests in 1 hour. Try again later."),
      talk(question, "Say: too many requests in 1 hour."),
    ],
    [
      "rate limit",
      talk(question, "<p>!Too many requests in 1 hour. Try again later.</p>"),
      talk(question, "<p>Few requests</p>"),
    ],
    ["broken markup", talk(question, deep), talk(question, "<p><b>deep</b></p>")],
  ])("drops as %s", async ([rule, bad, good]) => {
    expect(await clean([chat(bad)])).toEqual({ kept: [], rules: [rule] });
    expect((await clean([chat(good)])).rules).toEqual([]);
  });

  test.for([
    ["wrong order", [{ role: "user", content: "So" }, ...talk(question, answer)]],
    ["blocked words", talk("Who made you?", "I was made by OpenAI.")],
    ["rate limit", talk(question, "Too many requests in 1 hour. Try again later.")],
    ["broken markup", talk(question, deep)],
    ["too short", talk("hi", "hello")],
  ] as const)(
    "keeps what is dropped as %s where that is switched off",
    async ([rule, messages]) => {
      const { kept, rules } = await clean([chat([...messages])], { keep: new Set([rule]) });
      expect([kept.length, rules]).toEqual([1, []]);
    },
  );

  test("drops what was there before, by its id or by its text", async () => {
    const { kept, rules } = await clean([
      chat(talk(question, answer), { id: "a" }),
      chat(talk(question, "Paris it is, of course."), { id: "a" }),
      chat(talk(question, `<p>${answer}</p>`), { id: "b" }),
      chat(talk(question, "Paris it is, of course."), { id: "c" }),
      chat(talk(question, "Paris, since 987 or so.")),
    ]);
    expect(rules).toEqual(["same id", "same text"]);
    expect(kept.map(({ id }) => id)).toEqual(["a", "c", null]);
  });

  test("drops what plugins have answered", async () => {
    const messages = talk(question, answer);
    expect((await clean([chat(messages, { plugins: true })])).rules).toEqual(["plugins"]);
  });

  test("makes Markdown of both sides, and keeps what stands beside", async () => {
    const system: LessonMessage = { role: "system", content: "<b>Stay</b>" };
    const source = chat(
      [system, ...talk("<p>What <i>is</i> it?</p>", "<ul><li>a thing</li></ul>")],
      { id: "x", model: "m" },
    );
    const { kept } = await clean([source]);
    expect(kept).toEqual([
      { ...source, messages: [system, ...talk("What *is* it?", "- a thing")] },
    ]);
  });

  test("cuts off a question without an answer, and all from an empty message on", async () => {
    const { kept } = await clean([
      chat(talk(question, answer, "And then?")),
      chat(talk(question, `${answer} `, "More?", "<p> </p>", "Why?", "So.")),
      chat(talk(question, `${answer}!`, "\u200b", "What?")),
    ]);
    expect(kept.map(({ messages }) => messages.length)).toEqual([2, 2]);
  });

  test("takes calls of tools and their answers for no turns of their own", async () => {
    const call = { id: "c", type: "function" as const, function: { name: "f", arguments: "{}" } };
    const messages: LessonMessage[] = [
      { role: "user", content: question },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", content: "<b>5</b>", tool_call_id: "c" },
      { role: "assistant", content: answer },
    ];
    expect((await clean([chat(messages)])).kept[0].messages).toEqual(messages);
  });

  test("blocks the words it is given, and counts the characters it is told to", async () => {
    const source = [chat(talk(question, answer))];
    expect((await clean(source, { blockedWords: ["FRANCE"] })).rules).toEqual(["blocked words"]);
    expect((await clean(source, { minChars: 51 })).rules).toEqual([]);
    expect((await clean(source, { minChars: 52 })).rules).toEqual(["too short"]);
  });
});
