/** @file A block of code: its language, a button that copies it, and colours once it is complete. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { CodeSpan } from "./highlight.ts";
import { useMarkdownWords } from "./words.ts";

const maxHighlighted = 20_000;
const copiedMs = 2_000;

type CodeBlockProps = { language: string; text: string; open: boolean };

export function CodeBlock({ language, text, open }: CodeBlockProps) {
  const words = useMarkdownWords();
  const spans = useHighlight({ language, text, open });
  return (
    <figure class="markdown-code" dir="ltr">
      <figcaption>
        <span>{language}</span>
        <CopyButton text={text} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must do so with the keyboard too */}
      <section class="markdown-scroll" aria-label={language || words.code} tabIndex={0}>
        <pre>
          <code>{spans ? spans.map(toElement) : text}</code>
        </pre>
      </section>
    </figure>
  );
}

const toElement = (span: CodeSpan): ComponentChildren =>
  typeof span === "string" ? (
    span
  ) : (
    <span class={span.classes}>{span.children.map(toElement)}</span>
  );

/** The coloured pieces of this very text, or undefined for as long as there are none. */
function useHighlight({ language, text, open }: CodeBlockProps): CodeSpan[] | undefined {
  const [done, setDone] = useState<{ text: string; spans: CodeSpan[] | undefined }>();
  const wanted = !open && language !== "" && text.length <= maxHighlighted;
  useEffect(() => {
    let current = wanted;
    if (wanted) void load(language, text).then((spans) => current && setDone({ text, spans }));
    return () => {
      current = false;
    };
  }, [wanted, language, text]);
  return wanted && done?.text === text ? done.spans : undefined;
}

/** Without colours where the highlighter cannot be loaded. */
async function load(language: string, text: string): Promise<CodeSpan[] | undefined> {
  try {
    return (await import("./highlight.ts")).highlight(language.toLowerCase(), text);
  } catch {
    return undefined;
  }
}

function CopyButton({ text }: { text: string }) {
  const words = useMarkdownWords();
  const [state, setState] = useState<"copy" | "copied" | "notCopied">("copy");
  useEffect(() => {
    if (state === "copy") return undefined;
    const timer = setTimeout(() => setState("copy"), copiedMs);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <button type="button" onClick={() => void copy(text).then(setState)} aria-live="polite">
      {words[state]}
    </button>
  );
}

/** There is no clipboard on a page without HTTPS. */
async function copy(text: string): Promise<"copied" | "notCopied"> {
  try {
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    return "notCopied";
  }
}
