/**
 * @file A request in Anthropic's own words on its way to a server that speaks them: only the model's
 * name is changed, so that signatures, `cache_control`, citations and betas survive. Defaults for
 * sampling are left out (newer versions of the API refuse them), and pictures that are URLs stay so:
 * Anthropic fetches them itself, from its own network.
 */
import type { Context } from "hono";
import { UnsupportedCapabilityError } from "../../errors/api-error.ts";
import type { RemoteModel } from "../remote-model.ts";

/** Behind `/v1`. */
export function isMessagesPath(path: string): boolean {
  return path === "/messages" || path === "/messages/count_tokens";
}

/** Which version of the API, and which betas, the client reads. */
export function versionHeaders(c: Context): Record<string, string> {
  const names = ["anthropic-version", "anthropic-beta"];
  const told = names.map((name) => [name, c.req.header(name)]);
  return Object.fromEntries(told.filter(([, value]) => value !== undefined));
}

/** @throws {UnsupportedCapabilityError} there is a picture, and the model reads text alone. */
export function passedMessages(
  { card, upstreamModel, extraBody }: RemoteModel,
  path: string,
  body: object,
): NamedBody {
  const { messages } = body as { messages?: unknown };
  if (!card.capabilities.includes("vision") && hasPicture(messages))
    throw new UnsupportedCapabilityError(card.id, "vision", card.capabilities, "messages");
  if (path !== "/messages") return { ...body, model: upstreamModel };
  return { ...extraBody, ...body, model: upstreamModel };
}

/** What the server calls the model, and all else that the client sent. */
type NamedBody = { model: string; stream?: unknown };

/** In a message, or in a tool's result within one. */
function hasPicture(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.some((one: { type?: unknown; content?: unknown } | null) => {
    return one?.type === "image" || hasPicture(one?.content);
  });
}
