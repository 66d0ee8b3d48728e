import { describe, expect, test } from "vitest";
import { messageEvents } from "../../../src/dialects/anthropic/message-events.ts";
import { toMessage } from "../../../src/dialects/anthropic/to-message.ts";
import type { AnswerEvent, ChoiceTimings } from "../../../src/protocol/answer.ts";
import type { MessageEvent } from "../../../src/protocol/anthropic.ts";
import { finished, spoken, timings } from "../answers.ts";

const asked = { model: "m", stop_sequences: ["END"] };

async function toldOf(events: AnswerEvent[], onComplete = (_: ChoiceTimings[]) => {}) {
  const told: MessageEvent[] = [];
  for await (const text of messageEvents(asked, spoken(events), onComplete))
    told.push(JSON.parse(text.slice(text.indexOf("data: ") + 6)));
  return told;
}

const wholeOf = (events: AnswerEvent[]) => toMessage(asked, spoken(events), () => {});

describe("messageEvents", () => {
  test("numbers blocks in the order in which the answer turns to them", async () => {
    const told = await toldOf([
      { choice: 0, content: "a" },
      { choice: 0, reasoning: "b" },
      { choice: 0, content: "c" },
      { choice: 0, content: "d" },
      finished("stop"),
    ]);
    const starts = told.flatMap((event) =>
      event.type === "content_block_start" ? [[event.index, event.content_block.type]] : [],
    );
    expect(starts).toEqual([
      [0, "text"],
      [1, "thinking"],
      [2, "text"],
    ]);
    const stops = told.filter(({ type }) => type === "content_block_stop");
    expect(stops).toMatchObject([{ index: 0 }, { index: 1 }, { index: 2 }]);
    expect(told.filter(({ type }) => type === "ping")).toHaveLength(1);
  });

  test("has no block where nothing was said", async () => {
    const told = await toldOf([finished("length")]);
    expect(told.map(({ type }) => type)).toEqual([
      "message_start",
      "message_delta",
      "message_stop",
    ]);
    expect((await wholeOf([finished("length")])).content).toEqual([]);
  });

  test("waits with its first event until there is news of the answer", async () => {
    const progress = { total: 9, cached: 4, processed: 6, ms: 1 };
    const told = await toldOf([
      { choice: 0, progress },
      { choice: 0, progress: { ...progress, processed: 9 } },
      { choice: 0, content: "a" },
      finished("stop"),
    ]);
    expect(told[0]).toMatchObject({
      message: { usage: { input_tokens: 5, cache_read_input_tokens: 4 } },
    });
    expect(told.filter(({ type }) => type === "message_start")).toHaveLength(1);
  });

  test("tells once, at the end, what the answer took", async () => {
    const heard: ChoiceTimings[][] = [];
    await toldOf([{ choice: 0, content: "a" }, finished("stop")], (all) => void heard.push(all));
    expect(heard).toEqual([[timings]]);
  });

  test("leaves the answer when it is left", async () => {
    let left = false;
    async function* endless(): AsyncGenerator<AnswerEvent> {
      try {
        for (;;) yield { choice: 0, content: "a" };
      } finally {
        left = true;
      }
    }
    for await (const text of messageEvents(asked, endless(), () => {}))
      if (text.includes("content_block_delta")) break;
    expect(left).toBe(true);
  });
});

describe("toMessage", () => {
  test.for([
    ["stop", null, "end_turn", null],
    ["stop", "END", "stop_sequence", "END"],
    ["stop", "<|im_end|>", "end_turn", null], // the chat format's own
    ["length", null, "max_tokens", null],
    ["tool_calls", null, "tool_use", null],
    ["content_filter", null, "refusal", null],
  ] as const)("ended by %s at %s it says %s", async ([reason, stopString, told, sequence]) => {
    const message = await wholeOf([finished(reason, stopString)]);
    expect(message).toMatchObject({ stop_reason: told, stop_sequence: sequence });
  });

  test("has no input for a call that was cut off", async () => {
    const delta = { index: 0, id: "c", name: "f", arguments: '{"a":' };
    const message = await wholeOf([{ choice: 0, toolCalls: [delta] }, finished("length")]);
    expect(message.content).toEqual([{ type: "tool_use", id: "c", name: "f", input: {} }]);
  });
});
