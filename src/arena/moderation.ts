/** @file Asks somebody else whether a message may be sent: OpenAI's `/v1/moderations`, or one like it. */
import { z } from "zod";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { HttpClient } from "../http/client.ts";
import type { ProxyChoice } from "../http/proxies.ts";
import type { ArenaConfig } from "../protocol/arena-config.ts";

const Answer = z.object({ results: z.array(z.object({ flagged: z.boolean() })).min(1) });

/** @throws {InvalidRequestError} `blocked`: it may not be sent. */
export type Moderate = (texts: readonly string[]) => Promise<void>;

export function moderator(
  settings: ArenaConfig["moderation"],
  apiKey: string | undefined,
  proxies?: ProxyChoice,
): { moderate: Moderate; close(): void } {
  if (!settings) return { moderate: async () => {}, close: () => {} };
  const client = new HttpClient(proxies);
  const ask = async (texts: readonly string[]): Promise<boolean> => {
    const answer = await client.json(settings.url, {
      method: "POST",
      body: JSON.stringify({ input: texts, ...(settings.model && { model: settings.model }) }),
      headers: {
        "content-type": "application/json",
        ...(apiKey && { authorization: `Bearer ${apiKey}` }),
      },
      signal: AbortSignal.timeout(settings.timeout_ms),
    });
    return Answer.parse(answer).results.some(({ flagged }) => flagged);
  };
  const moderate: Moderate = async (texts) => {
    const isFlagged = await ask(texts).catch(() => settings.on_failure === "block");
    if (isFlagged)
      throw new InvalidRequestError(
        "This message cannot be sent: the arena's moderation did not let it through.",
        "text",
        "blocked",
      );
  };
  return { moderate, close: () => client.close() };
}
