/** @file The templates are FastChat's: all of them, in its order, with its prompts to the letter. */
import { describe, expect, test } from "vitest";
import { namedTemplate, templateNames } from "../../../src/chat/fastchat/named-template.ts";
import { separatorStyles } from "../../../src/chat/fastchat/separator-styles.ts";
import { formatOf } from "./formats.ts";
import { golden, goldenPrompts } from "./golden-templates.ts";

describe("conversation templates", () => {
  test("are FastChat's 102, in its order", () => {
    expect(templateNames).toEqual(Object.keys(golden.templates));
    expect(templateNames).toHaveLength(102);
  });

  test("have FastChat's 23 separator styles, numbered as there", () => {
    const styles = Object.keys(separatorStyles).map((name, index) => [name, index + 1]);
    expect(Object.fromEntries(styles)).toEqual(golden.separator_styles);
  });

  test("end answers where FastChat's do", () => {
    for (const [name, { stop_str, stop_token_ids }] of Object.entries(golden.templates)) {
      const stop = [stop_str ?? []].flat();
      expect(namedTemplate(name)).toMatchObject({ stop, stopTokens: stop_token_ids ?? [] });
    }
  });

  test("write prompts, all but the one that FastChat has no style for", () => {
    const silent = templateNames.filter((name) => namedTemplate(name)?.style === null);
    expect(silent).toEqual(["yandexgpt"]);
    expect(goldenPrompts).toHaveLength(101 * 3);
  });
});

describe("fastchatFormat", () => {
  test.for(goldenPrompts)("writes $name as FastChat does: $id", async (one) => {
    const segments = await formatOf(one.name).prompt({ messages: one.messages });
    expect(segments.map(({ text }) => text).join("")).toBe(one.prompt);
  });

  test.for(goldenPrompts)("asks with $name when the user spoke last: $id", async (one) => {
    const messages = one.messages.slice(0, -1);
    const segments = await formatOf(one.name).prompt({ messages });
    expect(segments.map(({ text }) => text).join("")).toBe(one.prompt);
  });
});
