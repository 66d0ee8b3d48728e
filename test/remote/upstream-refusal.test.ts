/** @file What servers say of requests that they refuse, as clients are told it. */
import { describe, expect, test } from "vitest";
import { errorIn } from "../../src/remote/stream-error.ts";
import { upstreamRefusal } from "../../src/remote/upstream-refusal.ts";
import { type RecordedKind, type Recording, recordings } from "../support/upstream-kinds.ts";

function told(kind: RecordedKind) {
  const { refusal }: Recording = recordings[kind];
  const error = upstreamRefusal("m", refusal.status, JSON.stringify(refusal.body), undefined);
  return { status: error.status, ...error.toBody().error };
}

describe("upstreamRefusal", () => {
  test.each([
    ["vllm", 40_000, 32_768],
    ["sglang", 140_000, 131_072],
    ["tgi", 5000, 4095],
    ["llama-server", 5000, 4096],
  ] as const)("tells %s's prompt that is too long as OpenAI does", (kind, given, size) => {
    expect(told(kind)).toMatchObject({
      status: 400,
      code: "context_length_exceeded",
      n_prompt_tokens: given,
      n_ctx: size,
    });
  });

  test("tells LightLLM's, which has no figures, by its code", () => {
    expect(told("lightllm")).toMatchObject({ status: 400, code: "context_length_exceeded" });
  });

  test("keeps an error that is in OpenAI's words already", () => {
    expect(told("azure")).toMatchObject({ status: 400, code: "content_filter", param: "prompt" });
    const body = {
      error: { message: "no", type: "invalid_request_error", param: "n", code: null },
    };
    const error = upstreamRefusal("m", 400, JSON.stringify(body), undefined);
    expect(error.toBody()).toEqual(body);
  });

  test("says which of FastAPI's fields is wrong", () => {
    expect(told("tabbyapi").message).toContain("Field required");
    expect(told("mistral").message).toContain("Extra inputs are not permitted");
  });

  test("keeps what is between us and the server from the client's account", () => {
    expect(told("openai")).toMatchObject({ status: 502, code: "upstream_unauthorized" });
    expect(told("ollama")).toMatchObject({ status: 502, code: "upstream_not_found" });
    expect(told("litellm")).toMatchObject({ status: 429, code: "upstream_busy" });
  });

  const echo = "Incorrect API key provided: sk-12***89";
  test.each([
    [401, { error: { message: echo, type: "auth_error", code: "401" } }],
    [403, { detail: echo }],
    [500, { error: { message: echo, type: "invalid_request_error", code: "invalid_api_key" } }],
    [400, { type: "error", error: { type: "authentication_error", message: echo } }],
  ])("keeps for itself what is said of our key (%i)", (status, body) => {
    const error = upstreamRefusal("m", status, JSON.stringify(body), undefined);
    expect(error.toBody().error).toMatchObject({
      message: "The server behind 'm' refuses our key.",
      code: "upstream_unauthorized",
    });
    expect(error.cause).toMatchObject({ message: echo });
  });

  const guarded = JSON.stringify({ error: { message: "Loopback names\nonly." } });

  test("tells what a 403 says that is not of the key", () => {
    const error = upstreamRefusal("m", 403, guarded, undefined);
    expect(error.toBody().error).toMatchObject({
      message: "The server behind 'm' refuses this (403): Loopback names only.",
      code: "upstream_refused",
    });
    const page = "<html><head><title>Blocked by Proxy</title></head></html>";
    const proxys = upstreamRefusal("m", 403, page, undefined);
    expect(proxys.message).toBe("The server behind 'm' refuses this (403): Blocked by Proxy.");
  });

  test.each([401, 403])("says that no key was sent where there is none (%i)", (status) => {
    const body = JSON.stringify({ detail: "Missing API key." });
    expect(upstreamRefusal("m", status, body, undefined, false).message).toBe(
      `The server behind 'm' refuses this, and no key was sent (${status}): Missing API key.`,
    );
  });

  test("keeps it in the middle of a stream too", () => {
    const error = { message: echo, type: "x", code: "401" };
    expect(errorIn("m", { error })?.message).toBe("The server behind 'm' refuses our key.");
  });

  test("shows no page of HTML", () => {
    const error = upstreamRefusal("m", 503, "<html>Bad gateway</html>", undefined);
    expect(error.message).toBe("The server behind 'm' failed (503): it answered 503.");
  });
});
