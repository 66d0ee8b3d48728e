/** @file What the server answers to a path. While another loads, the last one stays. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { get } from "../api.ts";

export type Answer<T> = {
  data: T | null;
  error: Error | null;
  loading: boolean;
  reload: () => void;
};

export function useAnswer<T>(path: string): Answer<T> {
  const [data, setData] = useState<T | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [loading, setLoading] = useState(true);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const request = new AbortController();
    setLoading(true);
    get<T>(path, request.signal)
      .then(
        (answer) => {
          setData(() => answer);
          setError(null);
        },
        (failure: Error) => {
          if (!request.signal.aborted) setError(failure);
        },
      )
      .finally(() => {
        if (!request.signal.aborted) setLoading(false);
      });
    return () => request.abort();
  }, [path, attempt]);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  return { data, error, loading, reload };
}
