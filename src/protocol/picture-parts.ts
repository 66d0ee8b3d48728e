/** @file Where a conversation has pictures, whether its schema has read it yet or not. */

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
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message: { content?: unknown } | null, i) =>
    Array.isArray(message?.content)
      ? message.content.flatMap((part: unknown, j) =>
          isPicture(part) ? [{ url: urlOf(part), param: `messages[${i}].content[${j}]` }] : [],
        )
      : [],
  );
}

/** Some clients send the URL bare. */
type Picture = { type: "image_url"; image_url?: unknown };

export function isPicture(part: unknown): part is Picture {
  return typeof part === "object" && part !== null && "type" in part && part.type === "image_url";
}

export function urlOf({ image_url: shown }: Picture): string {
  const url = typeof shown === "string" ? shown : (shown as { url?: unknown } | null)?.url;
  return typeof url === "string" ? url : "";
}
