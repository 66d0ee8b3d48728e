/** @file What makes an answer sensible, by rule: a whole sentence, not too long, no going in circles, and right. */
import type { HeldOut } from "./held-out.ts";

export function isSensible(answer: string, { answer: expected }: Pick<HeldOut, "answer">): boolean {
  return isWholeSentence(answer) && !goesInCircles(answer) && expected.test(answer);
}

const mostWords = 60;

/** From a capital letter or a digit to an end mark, and no longer than a person would listen. */
export function isWholeSentence(answer: string): boolean {
  return /^[\p{Lu}\d].*[.!?]$/su.test(answer) && answer.split(/\s+/).length <= mostWords;
}

/** Whether four words come again in the same order. */
export function goesInCircles(answer: string): boolean {
  const words = answer.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const runs = words.slice(3).map((_, i) => words.slice(i, i + 4).join(" "));
  return new Set(runs).size < runs.length;
}

/** Lower case and no punctuation: how questions are told apart. */
export function normalised(question: string): string {
  return (question.toLowerCase().match(/[\p{L}\p{N}+*=/-]+/gu) ?? []).join(" ");
}
