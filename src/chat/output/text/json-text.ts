/** @file Text as it stands inside a JSON string. */

/** Part by part the same as all at once, wherever the text was cut. */
export function inJsonString(text: string): string {
  return text.replace(/["\\\p{Cc}]/gu, (character) => JSON.stringify(character).slice(1, -1));
}
