/** @file A button that copies a text, and says whether it could. */
import { useEffect, useState } from "preact/hooks";
import { useWords } from "../words/words.ts";
import { Icon } from "./icon.tsx";

const saidMs = 2_000;

/** `name` says what is copied, to those who do not see where the button stands. */
export function CopyButton({ text, name }: { text: string; name?: string }) {
  const words = useWords().shell;
  const [state, setState] = useState<"copy" | "copied" | "notCopied">("copy");
  useEffect(() => {
    if (state === "copy") return;
    const timer = setTimeout(() => setState("copy"), saidMs);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <button
      type="button"
      class="small-button"
      aria-label={state === "copy" ? name : undefined}
      aria-live="polite"
      onClick={() => void copyText(text).then((done) => setState(done ? "copied" : "notCopied"))}
    >
      <Icon name={state === "copied" ? "check" : "copy"} />
      {words[state]}
    </button>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text);
  }
}

/** The old way, for a page without HTTPS, where there is no clipboard. */
function copyFromField(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
