/** @file Where a server is, however people write it, and what its host gives away. */
import { describe, expect, test } from "vitest";
import { keyHeaders } from "../../src/remote/key-headers.ts";
import { located, serverAddress } from "../../src/remote/server-address.ts";

const google = "https://generativelanguage.googleapis.com";

describe("serverAddress", () => {
  test.each([
    ["http://gpu:8000", "http://gpu:8000/v1", null],
    ["http://gpu:8000/", "http://gpu:8000/v1", null],
    ["http://gpu:8000/v1/", "http://gpu:8000/v1", null],
    ["http://gpu:8000/v1/chat/completions", "http://gpu:8000/v1", null],
    ["https://proxy.example/team/v1", "https://proxy.example/team/v1", null],
    ["https://api.openai.com", "https://api.openai.com/v1", "openai"],
    ["https://me.openai.azure.com", "https://me.openai.azure.com/openai/v1", "azure"],
    ["https://api.cohere.ai", "https://api.cohere.ai/compatibility/v1", "cohere"],
    ["https://api.groq.com", "https://api.groq.com/openai/v1", "groq"],
    ["https://openrouter.ai", "https://openrouter.ai/api/v1", "openrouter"],
    ["https://api.mistral.ai/v1", "https://api.mistral.ai/v1", "mistral"],
    ["https://api.openai.com.evil.example", "https://api.openai.com.evil.example/v1", null],
  ])("reads %s", (text, baseUrl, kind) => {
    expect(serverAddress(text)).toEqual({ baseUrl, query: "", kind });
  });

  test("keeps Azure's deployment and version", () => {
    const text = "https://me.openai.azure.com/openai/deployments/gpt?api-version=2024-10-21";
    expect(serverAddress(text)).toEqual({
      baseUrl: "https://me.openai.azure.com/openai/deployments/gpt",
      query: "?api-version=2024-10-21",
      kind: "azure",
    });
  });

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

  test.each([
    ["https://api.anthropic.com", "https://api.anthropic.com/v1"],
    ["https://api.anthropic.com/v1/", "https://api.anthropic.com/v1"],
    ["https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1"],
    ["https://api.deepseek.com/anthropic", "https://api.deepseek.com/anthropic/v1"],
  ])("takes %s for Anthropic's API", (written, baseUrl) => {
    expect(serverAddress(written, "anthropic")).toMatchObject({ baseUrl, kind: "anthropic" });
  });

  test("sends Anthropic's key and version in headers of their own", () => {
    expect(keyHeaders("anthropic", "k")).toEqual({
      "x-api-key": "k",
      "anthropic-version": "2023-06-01",
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

test("a key is shown to Azure in a header of its own, and to nobody where there is none", () => {
  expect(keyHeaders("azure", "k")).toEqual({ "api-key": "k" });
  expect(keyHeaders(null, "k")).toEqual({ authorization: "Bearer k" });
  expect(keyHeaders("openai", undefined)).toEqual({});
});

test("a path at the root stands beside /v1, not below it", () => {
  const server = { baseUrl: "http://gpu:8000/v1" } as Parameters<typeof located>[0];
  expect(located(server, "//health")).toEqual([{ baseUrl: "http://gpu:8000" }, "/health"]);
  expect(located(server, "/models")).toEqual([server, "/models"]);
});
