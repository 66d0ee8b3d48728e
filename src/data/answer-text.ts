/**
 * @file A message as it was copied off ChatGPT's page, without what the page had around it.
 *
 * Source: FastChat's fastchat/data/clean_sharegpt.py, whose rules these are; two differ, both where
 * that file harms a text: what is no HTML stays as it is, and one code block's "Copy code" never
 * reaches into another block.
 */
import { htmlToMarkdown } from "./html-markdown.ts";

export const htmlChoices = ["auto", "always", "never"] as const;
export type HtmlChoice = (typeof htmlChoices)[number];

/**
 * @param html `auto`: what begins and ends with a tag is HTML.
 * @throws {TooDeepError} it is HTML of absurd depth.
 */
export function cleanText(text: string, html: HtmlChoice): string {
  const isHtml = html === "always" || (html === "auto" && looksLikeHtml(text));
  const markdown = isHtml ? htmlToMarkdown(text) : text;
  return withoutNoise(markdown);
}

const opening =
  /^\s*<(p|div|span|h[1-6]|ul|ol|li|pre|code|table|blockquote|strong|em|b|i|a|br|hr)\b[^>]*>/i;

const looksLikeHtml = (text: string) => opening.test(text) && /<\/?\w[^<>]*>\s*$/.test(tail(text));

/** No tag that ends a text is longer, and the search stays short. */
const tail = (text: string) => text.slice(-500);

const copyButton = /```[ \t]*\n?[ \t]*([\w+#.-]{0,30}?)(?:Copy code)+\n*/g;
const emptyBlock = /```[\w+#.-]{0,30}\n*```/g;
/** "2 / 3": which of the answers is shown. */
const whichAnswer = /^\d+ \/ \d+/;
const copiedSize = /Copy\d+ chars \/ \d+ words/g;

function withoutNoise(text: string): string {
  return text
    .trim()
    .replace(copyButton, "```$1\n")
    .replace(whichAnswer, "")
    .replace(copiedSize, "")
    .replace(emptyBlock, "")
    .replace(/\n{4,}/g, "\n\n\n")
    .trim();
}
