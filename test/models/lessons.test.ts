/** @file The embedded models' lessons: always the same, whole sentences, and no held-out question in them. */
import { describe, expect, test } from "vitest";
import { uniform } from "../../src/fresh/random.ts";
import { teach } from "../../src/models/embedded/conversations.ts";
import { curriculum } from "../../src/models/embedded/curriculum.ts";
import { isKeptBack } from "../../src/models/embedded/lessons/arithmetic.ts";
import { heldOut } from "./held-out.ts";
import { goesInCircles, isSensible, isWholeSentence, normalised } from "./sensible.ts";

const conversations = teach(uniform(1));
const said = (role: string) =>
  conversations.flatMap(({ messages }) =>
    messages.filter((message) => message.role === role).map(({ content }) => content),
  );
const [questions, answers] = [said("user"), said("assistant")];

describe("the lessons", () => {
  test("are the same for the same seed, and others for another", () => {
    expect(teach(uniform(1))).toEqual(conversations);
    expect(teach(uniform(2)).slice(0, 10)).not.toEqual(conversations.slice(0, 10));
  });

  test("teach each lesson as often as its deck says, and many turns in all", () => {
    const planned = curriculum.reduce((sum, deck) => sum + deck.lessons.length * deck.times, 0);
    expect(questions.length).toBe(answers.length);
    expect(questions.length).toBeGreaterThanOrEqual(planned);
    expect(questions.length).toBeLessThan(planned * 1.1);
    expect(planned).toBeGreaterThan(20_000);
    for (const { name, lessons } of curriculum) expect(lessons.length, name).toBeGreaterThan(0);
  });

  test("are mostly single turns; a third go on; some begin with a system message", () => {
    const share = (count: number) => count / conversations.length;
    const turns = conversations.map(
      ({ messages }) => messages.filter(({ role }) => role === "user").length,
    );
    expect(share(turns.filter((n) => n === 1).length)).toBeCloseTo(0.57, 1);
    expect(share(turns.filter((n) => n >= 2 && n <= 4).length)).toBeCloseTo(0.38, 1);
    expect(share(said("system").length)).toBeCloseTo(0.12, 1);
    expect(Math.max(...turns)).toBeGreaterThan(8);
  });

  test("take turns: user, assistant, user, assistant", () => {
    for (const { messages } of conversations) {
      const roles = messages.map(({ role }) => role).filter((role) => role !== "system");
      expect(roles).toEqual(roles.map((_, i) => (i % 2 === 0 ? "user" : "assistant")));
    }
  });

  test("have no phrasing that was written down wrong", () => {
    const odd = /[()|$→\n]|undefined|\[object| {2}| [,;:?]/;
    expect([...questions, ...answers].filter((text) => odd.test(text) || text === "")).toEqual([]);
  });

  test("answer in whole sentences that do not go in circles", () => {
    const wrong = answers.filter((answer) => !isWholeSentence(answer) || goesInCircles(answer));
    expect([...new Set(wrong)]).toEqual([]);
  });

  test("answer the same question in few ways", () => {
    const lessons = curriculum.flatMap(({ lessons }) => lessons);
    expect(Math.max(...lessons.map((lesson) => lesson.answers.trim().split("\n").length))).toBe(4);
  });

  test("ask in many ways", () => {
    expect(new Set(questions.map(normalised)).size).toBeGreaterThan(0.7 * questions.length);
  });

  test("leave some sums out, whatever the words", () => {
    expect(isKeptBack(4, 16)).toBe(true);
    const asked = questions.filter((question) =>
      /\b(add|sum of|) ?4 ?(\+|plus|minus) ?16\b/.test(question),
    );
    expect(asked).toEqual([]);
  });
});

describe("the held-out questions", () => {
  const known = new Set(questions.map(normalised));

  test("are many, and different from one another", () => {
    expect(heldOut.length).toBeGreaterThanOrEqual(150);
    expect(new Set(heldOut.map(({ question }) => normalised(question))).size).toBe(heldOut.length);
  });

  test.for(heldOut)("$question is not in the lessons", ({ question }) => {
    expect(known.has(normalised(question))).toBe(false);
  });

  test.for(heldOut)("$question has an answer that the lessons give", (one) => {
    expect(answers.some((answer) => isSensible(answer, one))).toBe(true);
  });
});

describe("isSensible", () => {
  const rule = { answer: /moo/ };
  test.for([
    ["A cow says moo.", true],
    ["a cow says moo.", false],
    ["A cow says moo", false],
    ["A cow says woof.", false],
    [`A cow says moo ${"and moo ".repeat(60)}.`, false],
    ["A cow says moo and a cow says moo.", false],
    ["", false],
  ] as const)("%s is %s", ([answer, expected]) => {
    expect(isSensible(answer, rule)).toBe(expected);
  });
});
