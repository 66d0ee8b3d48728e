/** @file The meter finds tokens, usage and failures in bytes, however they are cut. */
import { describe, expect, test } from "vitest";
import { StreamMeter, textOf } from "../../src/bench/stream-meter.ts";

const events = [
  `data: {"choices":[{"delta":{"role":"assistant","content":""}}],"usage":null}`,
  `: ping`,
  `data: {"choices":[{"delta":{"content":"grüß "}}],"usage":null}`,
  `data: {"choices":[{"delta":{"content": "\\"dich\\"\\n"}}]}`,
  `data: {"choices":[{"delta":{},"finish_reason":"stop"}]}`,
  `data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}`,
  `data: [DONE]`,
];
const bytes = Buffer.from(events.map((event) => `${event}\n\n`).join(""));

function feed(size: number): StreamMeter {
  const meter = new StreamMeter();
  for (let at = 0; at < bytes.length; at += size) meter.add(bytes.subarray(at, at + size), at);
  return meter;
}

describe("StreamMeter", () => {
  test.for([1, 7, 64, bytes.length])("reads the stream in pieces of %i bytes", (size) => {
    const meter = feed(size);
    expect(meter).toMatchObject({ events: 2, done: true, failure: undefined });
    expect(meter.usage).toEqual({ prompt_tokens: 7, completion_tokens: 2 });
    const first = bytes.indexOf("grüß");
    expect(meter.firstTokenAt).toBeGreaterThanOrEqual(first - (first % size));
    expect(meter.lastTokenAt).toBeLessThan(bytes.indexOf("finish_reason") + size);
  });

  test("does not take the empty first delta for a token", () => {
    const meter = new StreamMeter();
    meter.add(Buffer.from(`${events[0]}\n\n`), 1);
    expect(meter.firstTokenAt).toBeUndefined();
  });

  test("reads events with carriage returns", () => {
    const meter = new StreamMeter();
    meter.add(Buffer.from(events.map((event) => `${event}\r\n\r\n`).join("")), 5);
    expect(meter).toMatchObject({ events: 2, done: true });
  });

  test("keeps the code of an error event", () => {
    const meter = new StreamMeter();
    meter.add(Buffer.from(`data: {"error":{"message":"gone","code":"worker_lost"}}\n\n`), 1);
    expect(meter).toMatchObject({ failure: "worker_lost", done: false });
  });
});

describe("textOf", () => {
  test("joins the deltas", () => {
    expect(textOf([bytes.subarray(0, 100), bytes.subarray(100)])).toBe('grüß "dich"\n');
  });
});
