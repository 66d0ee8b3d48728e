/**
 * @file FastChat's separator styles by the numbers that they have on its wire.
 *
 * Source: `class SeparatorStyle(IntEnum)` of `fastchat/conversation.py`, FastChat 0.2.36.
 */
import type { SeparatorStyle } from "./separator-styles.ts";

/** In the enum's order; the first is 1. */
const styles: readonly SeparatorStyle[] = [
  "ADD_COLON_SINGLE",
  "ADD_COLON_TWO",
  "ADD_COLON_SPACE_SINGLE",
  "NO_COLON_SINGLE",
  "NO_COLON_TWO",
  "ADD_NEW_LINE_SINGLE",
  "LLAMA2",
  "LLAMA3",
  "CHATGLM",
  "CHATML",
  "CHATINTERN",
  "DOLLY",
  "RWKV",
  "PHOENIX",
  "ROBIN",
  "FALCON_CHAT",
  "CHATGLM3",
  "DEEPSEEK_CHAT",
  "METAMATH",
  "YUAN2",
  "GEMMA",
  "CLLM",
  "DEFAULT",
];

export function separatorStyleOf(number: number): SeparatorStyle | undefined {
  return styles[number - 1];
}

export function separatorNumberOf(style: SeparatorStyle): number {
  return styles.indexOf(style) + 1;
}
