/** @file The events of a stream on their way, however they are cut into pieces. */
import { describe, expect, test } from "vitest";
import { StreamFilter } from "../../../src/remote/openai/stream-filter.ts";
import { type RecordedKind, recordings } from "../../support/upstream-kinds.ts";

/** @param at Where the stream is cut: always between two messages, as the relay does it. */
function passed(messages: readonly string[], rest = "", answers = 1) {
  const filter = new StreamFilter("m", answers);
  const out = messages.map((message) => filter.pass(Buffer.from(message)).toString());
  const last = filter.end(Buffer.from(rest)).toString();
  return { text: out.join("") + last, failure: filter.failure };
}

const messagesIn = (stream: string) => stream.split(/(?<=\r?\n\r?\n)/);
const chunk = (delta: object, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const kinds = Object.keys(recordings) as RecordedKind[];

describe("StreamFilter", () => {
  test.each(kinds)("passes %s's stream byte by byte, and says [DONE] once", (kind) => {
    const { stream } = recordings[kind];
    for (const messages of [messagesIn(stream), [stream]]) {
      const { text, failure } = passed(messages);
      expect(failure).toBeNull();
      const told = stream.replaceAll("\r\n", "\n");
      expect(text).toBe(told.includes("[DONE]") ? told : `${told}data: [DONE]\n\n`);
    }
  });

  test("takes a text that speaks of errors and of [DONE] for a text", () => {
    const words = chunk({ content: 'It said {"error": "x"} and data: [DONE]' });
    const { text, failure } = passed([words, chunk({}, "stop"), "data: [DONE]\n\n"]);
    expect(failure).toBeNull();
    expect(text).toBe(`${words}${chunk({}, "stop")}data: [DONE]\n\n`);
  });

  test.each([
    ['{"error":{"message":"boom","type":"server_error","param":null,"code":"x"}}', "boom"],
    ['{"object":"error","message":"boom","type":"E","param":null,"code":400}', "boom"],
    ['{"error":"boom","error_type":"generation"}', "failed (500): boom"],
    ['{"text":"boom","error_code":50001}', "failed (50001): boom"],
  ])("stops at %s, whose words it keeps", (data, words) => {
    const begun = chunk({ content: "a" });
    const { text, failure } = passed([`${begun}data: ${data}\n\ndata: [DONE]\n\n`]);
    expect(text).toBe(begun);
    expect(failure?.message).toContain(words);
  });

  test("stops at an error that is an event or a field of its own", () => {
    for (const message of [
      'event: error\ndata: {"error":{"message":"boom","code":503}}\n\n',
      'error: {"error":{"message":"boom","code":503}}\n\n',
    ])
      expect(passed([message]).failure?.message).toContain("boom");
  });

  test("fails where neither [DONE] nor a reason came, and drops half an event", () => {
    const { text, failure } = passed([chunk({ content: "a" })], 'data: {"cho');
    expect(text).toBe(chunk({ content: "a" }));
    expect(failure?.message).toContain("without saying that it is complete");
  });

  test("takes no reason for one, as LightLLM says it until the end", () => {
    const begun = chunk({ content: "a" }, "");
    expect(passed([begun]).failure?.message).toContain("without saying that it is complete");
    expect(passed([begun, chunk({}, "stop")]).failure).toBeNull();
  });

  test("fails where one of two answers is cut", () => {
    const first = chunk({ content: "a" }, "stop");
    const second = first.replace('"index":0', '"index":1');
    expect(passed([first], "", 2).failure?.message).toContain("without saying");
    expect(passed([first + second], "", 2).text).toBe(`${first}${second}data: [DONE]\n\n`);
  });

  test("takes a last event without its blank line", () => {
    const { text, failure } = passed([chunk({}, "stop")], "data: [DONE]");
    expect(failure).toBeNull();
    expect(text.match(/\[DONE\]/g)).toHaveLength(1);
  });

  test("passes nothing that follows [DONE]", () => {
    const { text } = passed([chunk({}, "stop"), "data: [DONE]\n\n", chunk({ content: "b" })]);
    expect(text).not.toContain('"b"');
  });
});
