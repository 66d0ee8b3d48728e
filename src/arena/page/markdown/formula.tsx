/** @file A formula: as its source until KaTeX is here, and for good where KaTeX cannot read it. */
import { useEffect, useRef, useState } from "preact/hooks";

export function Formula({ tex, display }: { tex: string; display: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    let current = true;
    setShown(false);
    void typeset(tex, display).then((formula) => {
      if (!current || !formula || !place.current) return;
      place.current.replaceChildren(formula);
      setShown(true);
    });
    return () => {
      current = false;
    };
  }, [tex, display]);
  return (
    <span class={display ? "markdown-math markdown-display" : "markdown-math"} dir="ltr">
      <span ref={place} hidden={!shown} />
      {!shown && <code>{tex}</code>}
    </span>
  );
}

/** Undefined where KaTeX cannot be loaded or cannot read it. */
async function typeset(tex: string, display: boolean): Promise<DocumentFragment | undefined> {
  try {
    return (await import("./typeset.ts")).typeset(tex, display);
  } catch {
    return undefined;
  }
}
