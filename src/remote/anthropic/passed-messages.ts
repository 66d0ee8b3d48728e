/**
 * @file A request in Anthropic's own words on its way to a server that speaks them: only the model's
 * name is changed, so that signatures, `cache_control`, citations and betas survive. Defaults for
 * sampling are left out (newer versions of the API refuse them). Pictures and documents that are URLs
 * stay so at Anthropic, which fetches them from its own network, as do servers of tools; any other
 * server would fetch and call from ours.
 */
import type { Context } from "hono";
import { assertNothingToCall } from "../../dialects/looked-up.ts";
import { UnsupportedCapabilityError } from "../../errors/model-errors.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { partsIn, partsOf } from "../../protocol/content-parts.ts";
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

/**
 * @throws {UnsupportedCapabilityError} there is a picture, and the model reads text alone.
 * @throws {InvalidRequestError} a source is a URL, or a server of tools is named, and the server is not
 *         Anthropic's own.
 */
export function passedMessages(
  { card, server, upstreamModel, extraBody }: RemoteModel,
  path: string,
  body: object,
): NamedBody {
  const { messages } = body as { messages?: unknown };
  if (!card.capabilities.includes("vision") && hasPicture(messages))
    throw new UnsupportedCapabilityError(card.id, "vision", card.capabilities, "messages");
  if (new URL(server.baseUrl).hostname !== "api.anthropic.com") {
    assertNoUrls(body);
    assertNothingToCall(body);
  }
  if (path !== "/messages") return { ...body, model: upstreamModel };
  return { ...body, ...extraBody, model: upstreamModel };
}

/** What the server calls the model, and all else that the client sent. */
type NamedBody = { model: string; stream?: unknown };

/** A document's source may have parts of its own. */
function assertNoUrls(body: object): void {
  const sources = partsOf(body).flatMap(({ value, param }) =>
    partsIn(value.source, `${param}.source`),
  );
  const nested = sources.flatMap(({ value, param }) => partsIn(value.source, `${param}.source`));
  for (const { value, param } of [...sources, ...nested])
    if (value.type === "url" || value.url != null)
      throw new InvalidRequestError(
        `'${param}' is a URL, which the server behind this model would fetch itself: send it as base64.`,
        param,
      );
}

/** In a message, or in a tool's result within one. */
function hasPicture(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.some((one: { type?: unknown; content?: unknown } | null) => {
    return one?.type === "image" || hasPicture(one?.content);
  });
}
