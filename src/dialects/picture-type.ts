/**
 * @file What kind of picture some bytes are, by the first of them: what a client or a server calls
 * them is only a claim.
 *
 * Source: WHATWG MIME Sniffing, §6.1. https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 */

/** What OpenAI, Anthropic and vLLM all read. */
export type PictureType = "image/png" | "image/jpeg" | "image/webp" | "image/gif";

/** Of the bytes in hexadecimal. */
const beginnings: [type: PictureType, pattern: RegExp][] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^474946383[79]61/],
  ["image/webp", /^52494646.{8}57454250/],
];
/** As many as the longest pattern has. */
const beginningBytes = 12;

/** Null where it is none that models are sent. */
export function pictureTypeOf(bytes: Buffer): PictureType | null {
  const beginning = bytes.toString("hex", 0, beginningBytes);
  return beginnings.find(([, pattern]) => pattern.test(beginning))?.[0] ?? null;
}
