/** @file What people agree to before their first prompt, and what they may try first. */
import { createHash } from "node:crypto";

export type Terms = {
  /** Changes with the text: who agreed to another one is asked again. */
  version: string;
  /** Markdown. */
  text: string;
};

const ownWords = `You compare answers of language models and vote for the better one.

- **What is kept.** Your messages, the answers and your votes are stored on this server, under a random number. Your address is kept only as a hash whose key changes every day.
- **What it is for.** Votes make the leaderboard. With your consent below, conversations may also be shown in the explorer, published as a dataset, and used to train models.
- **What not to write.** No names, passwords, or anything else that is private or not yours to share.
- **What to expect.** Models make mistakes, and may be wrong, rude or harmful. Do not rely on them, and do not use them to harm anybody.
- **Your rights.** You can delete what you wrote here at any time, under *Terms and my data*. Votes stay, without their texts.`;

export function toTerms(text: string | null): Terms {
  const chosen = text ?? ownWords;
  return {
    version: createHash("sha256").update(chosen).digest("hex").slice(0, 12),
    text: chosen,
  };
}

/** Of several kinds, and easy for a small model to answer somehow. */
export const examples: string[] = [
  "What is the capital of France?",
  "What is seven plus eight?",
  "Name three animals that can fly.",
  "What is the opposite of hot?",
  "How do you spell banana?",
  "Which day comes after Friday?",
];
