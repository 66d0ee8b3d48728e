/** @file Where a request has pictures, whether its schema has read it yet or not. */
import { type ContentPart, partsIn, partsOf } from "./content-parts.ts";

/** Anthropic's limit, the lowest that clients count on; most engines take fewer. */
export const maxPictures = 100;
export const tooMany = `A request may have ${maxPictures} pictures at most.`;

export type PicturePart = {
  /** Empty where there is none. */
  url: string;
  /** `messages[0].content[1]` */
  param: string;
};

/** @param messages A chat request's, as they were sent or as they were read. */
export function picturesIn(messages: unknown): PicturePart[] {
  return picturesAmong(partsIn(messages, "messages"));
}

/** In any field of a request. */
export function picturesOf(body: object): PicturePart[] {
  return picturesAmong(partsOf(body));
}

function picturesAmong(parts: ContentPart[]): PicturePart[] {
  return parts.flatMap(({ value, param }) =>
    isPicture(value) ? [{ url: urlOf(value), param }] : [],
  );
}

/** Some clients send the URL bare, and some engines know the part without its type. */
type Picture = { type?: "image_url" | null; image_url?: unknown };

export function isPicture(part: object): part is Picture {
  const { type, image_url: shown } = part as { type?: unknown; image_url?: unknown };
  return type === "image_url" || (type == null && shown != null);
}

export function urlOf({ image_url: shown }: Picture): string {
  const url = typeof shown === "string" ? shown : (shown as { url?: unknown } | null)?.url;
  return typeof url === "string" ? url : "";
}
