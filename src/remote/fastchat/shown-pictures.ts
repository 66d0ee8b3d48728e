/**
 * @file Pictures as FastChat's workers take them: beside the prompt, which has a mark for each.
 *
 * Source: `IMAGE_PLACEHOLDER_STR` of `fastchat/conversation.py`, where marks stand before a
 * message's text; `fastchat/serve/sglang_worker.py`, which cuts the prompt at them.
 */
import { checkedDataUrl, isDataUrl } from "../../dialects/picture-data.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { contentText } from "../../protocol/content-text.ts";
import type { ChatMessage } from "../../protocol/openai.ts";

const mark = "$$<image>$$";
/** A mark in a text would be taken for a picture that is not there. */
const noMark = "$$ <image> $$";

export type Shown = { messages: ChatMessage[]; images: string[] };

/**
 * For workers that see.
 *
 * @throws {InvalidRequestError} a picture is none, or stands elsewhere: workers would fetch it themselves.
 */
export function shownPictures(messages: readonly ChatMessage[]): Shown {
  const images: string[] = [];
  const shown = messages.map((message, i): ChatMessage => {
    if (message.role !== "user") return withoutMarksIn(message);
    const { content } = message;
    if (typeof content === "string") return { ...message, content: withoutMarks(content) };
    const own = content.flatMap((part, j) =>
      part.type === "image_url"
        ? pictureOf(part.image_url.url, `messages[${i}].content[${j}]`)
        : [],
    );
    images.push(...own);
    const text = contentText(content.filter(({ type }) => type !== "image_url"));
    return { ...message, content: mark.repeat(own.length) + withoutMarks(text) };
  });
  return { messages: shown, images };
}

function withoutMarksIn(message: Exclude<ChatMessage, { role: "user" }>): ChatMessage {
  if (message.content == null) return message;
  return { ...message, content: withoutMarks(contentText(message.content)) };
}

export function withoutMarks(text: string): string {
  return text.split(mark).join(noMark); // `$` means something else in a replacement
}

function pictureOf(url: string, param: string): string {
  if (isDataUrl(url)) return checkedDataUrl(url, param);
  throw new InvalidRequestError(
    "A FastChat worker is shown no pictures from other servers: send it as a data: URL.",
    param,
  );
}
