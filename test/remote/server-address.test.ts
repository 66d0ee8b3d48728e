/** @file What people write for Gemini's own API, and where it is then asked. */
import { describe, expect, test } from "vitest";
import { keyHeaders, serverAddress } from "../../src/remote/server-address.ts";

const google = "https://generativelanguage.googleapis.com";

describe("serverAddress", () => {
  test.each([
    [google, `${google}/v1beta`],
    [`${google}/`, `${google}/v1beta`],
    [`${google}/v1beta/`, `${google}/v1beta`],
    [`${google}/v1`, `${google}/v1`],
    [`${google}/v1beta/models/gemini-2.5-flash:generateContent`, `${google}/v1beta`],
    ["http://proxy:8080/gemini", "http://proxy:8080/gemini/v1beta"],
  ])("takes %s for Gemini's own API", (written, baseUrl) => {
    expect(serverAddress(written, "gemini-native")).toMatchObject({
      baseUrl,
      kind: "gemini-native",
    });
  });

  test("takes the same host for its OpenAI-compatible API otherwise", () => {
    expect(serverAddress(google)).toMatchObject({
      baseUrl: `${google}/v1beta/openai`,
      kind: "gemini",
    });
  });

  test("sends Google's key in a header of its own", () => {
    expect(keyHeaders("gemini-native", "k")).toEqual({ "x-goog-api-key": "k" });
    expect(keyHeaders("gemini", "k")).toEqual({ authorization: "Bearer k" });
  });
});
