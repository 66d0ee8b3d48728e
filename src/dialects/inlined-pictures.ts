/**
 * @file A chat request whose pictures are all in it: what stands at another server is fetched, what
 * came along is checked. An engine that sees is then sent nothing that it would have to look up.
 */
import { InvalidRequestError } from "../errors/api-error.ts";

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

type Picture = { url: string; param: string };

/**
 * @param body An OpenAI chat request as it was sent; what is not known here stays as it is.
 * @throws {InvalidRequestError} a picture is none, may not be fetched, or all are too large together.
 */
export async function inlinedPictures<T extends object>(
  body: T,
  fetchPicture: PictureFetcher,
  signal: AbortSignal,
): Promise<T> {
  const pictures = picturesIn(body);
  if (pictures.size === 0) return body;
  const inlined = await fetchAll([...pictures.values()], fetchPicture, signal);
  return withParts(body, (part) => {
    const url = urlIn(part);
    if (url === null) return part;
    const shown = typeof part.image_url === "string" ? {} : (part.image_url as object);
    return { ...part, image_url: { ...shown, url: inlined.get(url) ?? url } };
  });
}

/** By URL: the same picture in ten turns is fetched once. */
async function fetchAll(
  pictures: readonly Picture[],
  fetchPicture: PictureFetcher,
  signal: AbortSignal,
): Promise<Map<string, string>> {
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

function picturesIn(body: object): Map<string, Picture> {
  const pictures = new Map<string, Picture>();
  withParts(body, (part, param) => {
    const url = urlIn(part);
    if (url !== null && !pictures.has(url)) pictures.set(url, { url, param });
    return part;
  });
  return pictures;
}

type Part = Record<string, unknown>;

/** The body with each content part of its messages changed. */
function withParts<T extends object>(body: T, change: (part: Part, param: string) => Part): T {
  const { messages } = body as { messages?: unknown };
  if (!Array.isArray(messages)) return body;
  const changed = messages.map((message: { content?: unknown } | null, i) => {
    if (!Array.isArray(message?.content)) return message;
    const content = message.content.map((part: unknown, j) =>
      typeof part === "object" && part !== null
        ? change(part as Part, `messages[${i}].content[${j}]`)
        : part,
    );
    return { ...message, content };
  });
  return { ...body, messages: changed };
}

/** The URL of a part that is a picture; some clients send it bare. */
function urlIn({ type, image_url: shown }: Part): string | null {
  if (type !== "image_url") return null;
  const url = typeof shown === "string" ? shown : (shown as { url?: unknown } | null)?.url;
  return typeof url === "string" ? url : null;
}
