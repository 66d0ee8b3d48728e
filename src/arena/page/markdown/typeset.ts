/** @file The door to KaTeX, its style and its fonts: a chunk of its own, for answers with formulas. */
import katex from "katex";
import "katex/dist/katex.min.css";

/**
 * Sets a formula, through the DOM alone: KaTeX makes no HTML string here.
 *
 * @throws what KaTeX throws for a formula that it cannot read: its own display of that would need
 *   an inline style, which the page's policy forbids.
 */
export function typeset(tex: string, display: boolean): DocumentFragment {
  const place = document.createElement("span");
  katex.render(tex, place, {
    displayMode: display,
    throwOnError: true,
    trust: false,
    strict: "ignore",
    errorColor: "var(--danger)",
    maxExpand: 200,
    maxSize: 20,
    output: "htmlAndMathml",
  });
  const fragment = document.createDocumentFragment();
  fragment.append(...place.childNodes);
  return fragment;
}
