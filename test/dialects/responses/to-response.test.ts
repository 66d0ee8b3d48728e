import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { responseEvents, toResponse } from "../../../src/dialects/responses/to-response.ts";
import type { AnswerEvent } from "../../../src/protocol/answer.ts";
import type { ResponseBody } from "../../../src/protocol/response-body.ts";
import { ResponsesRequest } from "../../../src/protocol/responses.ts";
import { finished, spoken } from "../answers.ts";

const request = ResponsesRequest.parse({ model: "m", input: "x" });
const optionsFor = (kept: ResponseBody[] = []) => ({
  id: "resp_t_1",
  onComplete: () => {},
  onResponse: (response: ResponseBody) => void kept.push(response),
  toFailure: (error: unknown) => ({
    error: { message: String(error), type: "server_error" as const, param: null, code: null },
  }),
});

type Told = { type: string; sequence_number: number; response?: ResponseBody };
async function toldOf(events: AsyncIterable<AnswerEvent>): Promise<Told[]> {
  const told: Told[] = [];
  for await (const text of responseEvents(request, events, optionsFor()))
    told.push(JSON.parse(text.slice(text.indexOf("data: ") + 6)));
  return told;
}

/** Ids and times are drawn anew for each. */
const alike = (response: ResponseBody | undefined) =>
  JSON.parse(JSON.stringify(response).replace(/"(id|item_id)":"\w+"|"\w+_at":\d+/g, '"":0'));

const call = (index: number, text: string, id?: string): AnswerEvent => ({
  choice: 0,
  toolCalls: [{ index, ...(id && { id, name: "f" }), arguments: text }],
});

describe("responseEvents", () => {
  const answers: Record<string, AnswerEvent[]> = {
    nothing: [finished("stop")],
    "a thought alone": [{ choice: 0, reasoning: "hm" }, finished("length")],
    "texts around a call": [
      { choice: 0, content: "a" },
      call(0, "{", "c0"),
      call(0, "}"),
      { choice: 0, content: "b" },
      finished("stop"),
    ],
    "two calls": [call(0, "{}", "c0"), call(1, "[", "c1"), call(1, "]"), finished("tool_calls")],
  };

  test.for(Object.keys(answers))(
    "end with the response that the whole answer is: %s",
    async (name) => {
      const events = answers[name] ?? [];
      const whole = await toResponse(request, spoken(events), optionsFor());
      const last = (await toldOf(spoken(events))).at(-1);
      expect(last?.type).toBe(`response.${whole.status}`);
      expect(alike(last?.response)).toEqual(alike(whole));
    },
  );

  test.for(Object.keys(answers))("are numbered from 0, without a gap: %s", async (name) => {
    const told = await toldOf(spoken(answers[name] ?? []));
    expect(told.map((event) => event.sequence_number)).toEqual([...told.keys()]);
  });

  test("say what failed in an event of their own, with what was there before", async () => {
    async function* failing() {
      yield { choice: 0, content: "a" };
      throw new Error("broken");
    }
    const last = (await toldOf(failing())).at(-1);
    expect(last).toMatchObject({
      type: "response.failed",
      response: { status: "failed", error: { code: "server_error" }, output_text: "a" },
    });
  });
});

describe("toResponse", () => {
  test("hands on what is to be remembered, once", async () => {
    const kept: ResponseBody[] = [];
    const whole = await toResponse(request, spoken([finished("stop")]), optionsFor(kept));
    expect(kept).toEqual([whole]);
  });

  test("has every field that OpenAI's client knows of a response", async () => {
    const whole = await toResponse(request, spoken([finished("stop")]), optionsFor());
    const known: Partial<OpenAI.Responses.Response> = whole as object;
    const fields = ["id", "object", "created_at", "status", "error", "incomplete_details"] as const;
    const echoed = ["instructions", "metadata", "model", "output", "tools", "tool_choice"] as const;
    const more = ["temperature", "top_p", "parallel_tool_calls", "text", "usage"] as const;
    for (const field of [...fields, ...echoed, ...more]) expect(known).toHaveProperty(field);
  });
});
