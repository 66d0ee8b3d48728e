import { describe, expect, test } from "vitest";
import { toTextCompletion } from "../../src/dialects/text-completions.ts";
import type { Answer, TokenLogprobs } from "../../src/protocol/answer.ts";

const timings = {
  queueMs: 0,
  prefillMs: 0,
  decodeMs: 0,
  promptTokens: 1,
  cachedTokens: 0,
  completionTokens: 1,
  reasoningTokens: 0,
  forked: false,
};

async function* answerOf(logprobs: TokenLogprobs): Answer {
  yield { choice: 0, content: logprobs.token, logprobs: [logprobs] };
  yield { choice: 0, finish: { reason: "stop", stopString: null, timings } };
}

async function alternatives(logprobs: TokenLogprobs) {
  const asked = { model: "m", logprobs: 3 };
  const { choices } = await toTextCompletion(asked, answerOf(logprobs), () => {});
  return choices[0]?.logprobs?.top_logprobs[0];
}

describe("toTextCompletion", () => {
  const one = (id: number, token: string, logprob: number, bytes = [...Buffer.from(token)]) => ({
    id,
    token,
    bytes,
    logprob,
  });

  test("tells the token that stands there among the likeliest, or behind them", async () => {
    const top = [one(1, "a", -1), one(2, "b", -2)];
    expect(await alternatives({ ...one(2, "b", -2), top })).toEqual({ a: -1, b: -2 });
    expect(await alternatives({ ...one(3, "c", -3), top })).toEqual({ a: -1, b: -2, c: -3 });
  });

  test("keeps it apart from another token of the same text", async () => {
    const top = [one(1, "\u{fffd}", -1, [0xf0]), one(2, "\u{fffd}", -2, [0xe2])];
    expect(await alternatives({ ...one(2, "\u{fffd}", -2, [0xe2]), top })).toEqual({
      "bytes:\\xf0": -1,
      "\u{fffd}": -2,
    });
  });
});
