/** @file What the server tells an administrator; whoever is no longer one is asked for the key again. */
import { useEffect } from "preact/hooks";
import { CallFailed } from "../api.ts";
import { type Answer, useAnswer } from "../parts/use-answer.ts";

export function useAdminAnswer<T>(path: string, onSession: () => void): Answer<T> {
  const answer = useAnswer<T>(path);
  const { error } = answer;
  useEffect(() => {
    if (error instanceof CallFailed && (error.status === 401 || error.status === 403)) onSession();
  }, [error, onSession]);
  return answer;
}
