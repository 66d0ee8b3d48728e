/** @file A command to copy. */
import { useEffect, useState } from "preact/hooks";
import { useWords } from "../words/words.ts";

export function CopyableCode({ text }: { text: string }) {
  const { method } = useWords().board;
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false), // not allowed here: the text can still be marked by hand
    );
  return (
    <div class="copyable-code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must do so with the keyboard too */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <button type="button" class="chip" onClick={copy}>
        <span aria-live="polite">{copied ? method.copied : method.copy}</span>
      </button>
    </div>
  );
}
