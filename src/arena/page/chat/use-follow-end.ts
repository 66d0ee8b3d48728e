/** @file Keeps the end in sight while it grows, unless the reader has gone elsewhere. */
import { useEffect, useRef } from "preact/hooks";

const nearPixels = 120;

/** @param grown anything that changes when there is more. */
export function useFollowEnd(grown: unknown, active: boolean): void {
  const following = useRef(true);
  useEffect(() => {
    const look = () => {
      const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
      following.current = scrollHeight - clientHeight - scrollTop < nearPixels;
    };
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, []);
  useEffect(() => {
    if (active && following.current)
      document.documentElement.scrollTop = document.documentElement.scrollHeight;
  }, [grown, active]);
}
