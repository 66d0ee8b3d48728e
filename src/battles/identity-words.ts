/** @file The words by which FastChat's cleaning tells a message that gives a model away, or is no answer. */

/** Searched for in lower case and anywhere: "palm tree" counts, as it does there. */
export const identityWords = [
  "vicuna",
  "lmsys",
  "koala",
  "uc berkeley",
  "open assistant",
  "laion",
  "chatglm",
  "chatgpt",
  "gpt-4",
  "openai",
  "anthropic",
  "claude",
  "bard",
  "palm",
  "lamda",
  "google",
  "gemini",
  "llama",
  "qianwan",
  "qwen",
  "alibaba",
  "mistral",
  "zhipu",
  "keg lab",
  "01.ai",
  "ai2",
  "tülu",
  "tulu",
  "deepseek",
  "hermes",
  "cohere",
  "dbrx",
  "databricks",
];

/** What FastChat's workers answered when they could not. */
export const errorWords = [
  "network error due to high traffic. please regenerate or refresh this page.",
  "$moderation$ your input violates our content moderation guidelines.",
  "api request error. please increase the number of max tokens.",
  "**api request error** reason: the response was blocked.",
  "**api request error**",
];

/** The cursor at the end of a streamed answer. */
export const cursors = ["▌", '<span class="cursor">'];
