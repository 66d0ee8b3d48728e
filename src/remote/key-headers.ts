/** @file The headers that servers know a key by. */

/** Azure, Google and Anthropic know keys by headers of their own; everybody else by OpenAI's. */
export function keyHeaders(
  kind: string | null,
  apiKey: string | undefined,
): Record<string, string> {
  if (kind === "anthropic")
    return {
      "anthropic-version": "2023-06-01",
      ...(apiKey !== undefined && { "x-api-key": apiKey }),
    };
  if (apiKey === undefined) return {};
  if (kind === "gemini-native") return { "x-goog-api-key": apiKey };
  return kind === "azure" ? { "api-key": apiKey } : { authorization: `Bearer ${apiKey}` };
}

/** Whether the headers hold a key, of `keyHeaders`. */
export function holdKey(headers: Record<string, string>): boolean {
  return ["x-api-key", "x-goog-api-key", "api-key", "authorization"].some(
    (name) => name in headers,
  );
}
