/**
 * @file A request whose pictures are all in it: what stands at another server is fetched, what
 * came along is checked. An engine that sees is then sent nothing that it would have to look up.
 */
import { InvalidRequestError } from "../errors/request-errors.ts";
import { withParts } from "../protocol/content-parts.ts";
import {
  isPicture,
  maxPictures,
  type PicturePart,
  picturesOf,
  tooMany,
  urlOf,
} from "../protocol/picture-parts.ts";

/**
 * The picture as a `data:` URL.
 *
 * @param param Where the request has it: `messages[0].content[1]`.
 * @throws {InvalidRequestError} it is none, or may not be fetched.
 */
export type PictureFetcher = (url: string, param: string, signal: AbortSignal) => Promise<string>;

/** Of all pictures of a request together, as characters of their URLs. */
const maxTotalChars = 96_000_000;
/** A request's pictures are fetched so many at a time. */
const lanes = 4;

/**
 * @param body A request in OpenAI's words as it was sent; what is not known here stays as it is.
 * @throws {InvalidRequestError} a picture is none, may not be fetched, or all are too large together.
 */
export async function inlinedPictures<T extends object>(
  body: T,
  fetchPicture: PictureFetcher,
  signal: AbortSignal,
): Promise<T> {
  const pictures = picturesOf(body);
  if (pictures.length === 0) return body;
  if (pictures.length > maxPictures) throw new InvalidRequestError(tooMany, "messages");
  const inlined = await fetchAll(pictures, fetchPicture, signal);
  return withParts(body, (part) => withUrl(part, inlined));
}

function withUrl(
  part: Record<string, unknown>,
  inlined: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const url = isPicture(part) ? inlined.get(urlOf(part)) : undefined;
  if (url === undefined) return part;
  const shown = typeof part.image_url === "string" ? {} : (part.image_url as object);
  return { ...part, image_url: { ...shown, url } };
}

/** By URL: the same picture in ten turns is fetched once. */
async function fetchAll(
  parts: readonly PicturePart[],
  fetchPicture: PictureFetcher,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const pictures = parts.filter(
    ({ url }, i) => parts.findIndex((earlier) => earlier.url === url) === i,
  );
  const inlined = new Map<string, string>();
  let chars = 0;
  for (let at = 0; at < pictures.length; at += lanes) {
    const group = pictures.slice(at, at + lanes);
    const urls = await Promise.all(group.map(({ url, param }) => fetchPicture(url, param, signal)));
    for (const [i, { url, param }] of group.entries()) {
      const dataUrl = urls[i] ?? "";
      inlined.set(url, dataUrl);
      chars += dataUrl.length;
      if (chars <= maxTotalChars) continue;
      const sentence =
        "The request's pictures are too large together: send fewer, or smaller ones.";
      throw new InvalidRequestError(sentence, param, "image_too_large");
    }
  }
  return inlined;
}
