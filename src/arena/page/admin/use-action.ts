/** @file Something an administrator does: sent once, and told how it went. */
import { useState } from "preact/hooks";
import { post } from "../api.ts";
import { useWords } from "../words/words.ts";

export type Action = {
  /** What to tell: that it is done, or why not. Empty at first. */
  told: string;
  failed: boolean;
  /** @param done What to tell once it is. */
  run: (path: string, body: object, done: string) => Promise<void>;
};

/** @param onDone What has changed is to be asked for again. */
export function useAction(onDone: () => void): Action {
  const words = useWords().admin;
  const [outcome, setOutcome] = useState({ told: "", failed: false });
  const run = async (path: string, body: object, done: string) => {
    try {
      await post(path, body);
      setOutcome({ told: done, failed: false });
    } catch (error) {
      setOutcome({ told: words.actionFailed((error as Error).message), failed: true });
    }
    onDone();
  };
  return { ...outcome, run };
}
