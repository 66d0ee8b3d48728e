/** @file What is said aloud to those who do not see the page: seldom, and never cut off. */
import { useEffect, useState } from "preact/hooks";

const quietMs = 1_000;
const waiting: string[] = [];
let wake = () => {};

/** Said as soon as what was said before has had its second. */
export function announce(text: string): void {
  waiting.push(text);
  wake();
}

export function LiveRegion() {
  const [said, setSaid] = useState("");
  useEffect(() => {
    let timer: number | undefined;
    const say = () => {
      timer = undefined;
      if (waiting.length === 0) return;
      setSaid(waiting.splice(0).join(". "));
      timer = window.setTimeout(say, quietMs);
    };
    wake = () => {
      timer ??= window.setTimeout(say, 100);
    };
    wake();
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="unseen" role="status" aria-live="polite">
      {said}
    </p>
  );
}
