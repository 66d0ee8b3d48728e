/** @file A text and its pictures, as Ollama sends them, as what a user's message says. */
import type { ChatRequestInput } from "../../protocol/openai.ts";
import { pictureTypeOf } from "../picture-type.ts";

type UserMessage = Extract<ChatRequestInput["messages"][number], { role: "user" }>;

/** Pictures first, as Ollama shows them to a model. */
export function userContent(
  text: string,
  images: readonly string[] | null | undefined,
): UserMessage["content"] {
  if (!images?.length) return text;
  const pictures = images.map((image) => ({
    type: "image_url" as const,
    image_url: { url: toUrl(image) },
  }));
  return text === "" ? pictures : [...pictures, { type: "text", text }];
}

/** Its first bytes say what it is; what is none is told to be so by who checks pictures. */
function toUrl(base64: string): string {
  if (base64.startsWith("data:")) return base64;
  const type = pictureTypeOf(Buffer.from(base64.slice(0, 24), "base64"));
  return `data:${type ?? "application/octet-stream"};base64,${base64}`;
}
