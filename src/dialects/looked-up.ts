/**
 * @file What an engine would fetch or call itself, from its own network: nothing but pictures, which
 * are fetched for it, may be named by a URL or a path in a request that is passed on.
 *
 * Names: vLLM's entrypoints/chat_utils.py, SGLang's entrypoints/openai/protocol.py.
 */
import { InvalidRequestError } from "../errors/request-errors.ts";
import { partsOf } from "../protocol/content-parts.ts";
import { isPicture } from "../protocol/picture-parts.ts";

/** Members of parts that engines look up. */
const lookedUp = /^(input_)?(image|video|audio)s?(_urls?|_embeds|_pil|_data)?$|^file_urls?$/;

/** A data: URL, or base64 alone, which has neither the colon of a URL nor a file's dot. */
const inline = /^(data:|[\w+/=\s-]*$)/i;

/**
 * @param body A request in OpenAI's words, as it was sent.
 * @throws {InvalidRequestError} something in it stands elsewhere.
 */
export function assertNothingToLookUp(body: object): void {
  for (const { value, param } of partsOf(body))
    for (const [name, shown] of Object.entries(value)) {
      if (name === "image_url" && isPicture(value)) continue;
      if (!lookedUp.test(name) || placesIn(shown).every((text) => inline.test(text))) continue;
      throw new InvalidRequestError(
        `'${param}.${name}' would be looked up by the server behind this model: send it as a data: URL.`,
        `${param}.${name}`,
      );
    }
}

/** Tools that need no more than a server's address, or take addresses from the conversation. */
const calling = /^(mcp|mcp_toolset|web_fetch(_\d+)?)$/;

/**
 * Servers of tools, and tools that read pages, which the one who answers would call itself, with the
 * keys that the request has for them.
 *
 * Names: Anthropic's MCP connector and web fetch tool; OpenAI's `mcp` tools, which LiteLLM calls too.
 *
 * @param body A request in OpenAI's or Anthropic's words, as it was sent.
 * @throws {InvalidRequestError} it asks for some.
 */
export function assertNothingToCall(body: object): void {
  const { mcp_servers: servers, tools } = body as { mcp_servers?: unknown; tools?: unknown };
  if (Array.isArray(servers) ? servers.length > 0 : servers != null)
    throw called("mcp_servers", "names servers");
  for (const [i, tool] of (Array.isArray(tools) ? tools : []).entries())
    if (calling.test(String(tool?.type))) throw called(`tools[${i}]`, `is of type '${tool.type}'`);
}

function called(param: string, what: string): InvalidRequestError {
  return new InvalidRequestError(
    `'${param}' ${what}, and would have the server behind this model call others from its own network: call them yourself, and send what they answer.`,
    param,
  );
}

/** Where each thing stands, in whatever form it is named. */
function placesIn(shown: unknown): string[] {
  if (typeof shown === "string") return [shown];
  if (typeof shown !== "object" || shown === null) return [];
  return Object.values(shown).flatMap(placesIn);
}
