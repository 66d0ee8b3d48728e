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

const turn = { before: Promise.resolve(), beganAt: 0 };
const turnMs = 8;

/** Many formulas come at once: one after the other, and between them the page stays alive. */
function typeset(tex: string, display: boolean): Promise<DocumentFragment | undefined> {
  const formula = turn.before.then(waitForTurn).then(() => typesetNow(tex, display));
  turn.before = formula.then(() => undefined);
  return formula;
}

async function waitForTurn(): Promise<void> {
  if (performance.now() - turn.beganAt < turnMs) return;
  await new Promise((resolve) => setTimeout(resolve));
  turn.beganAt = performance.now();
}

/** Undefined where KaTeX cannot be loaded or cannot read it. */
async function typesetNow(tex: string, display: boolean): Promise<DocumentFragment | undefined> {
  try {
    return (await import("./typeset.ts")).typeset(tex, display);
  } catch {
    return undefined;
  }
}
