/** @file The door to the highlighter: a chunk of its own, for answers with code. */
import { common, createLowlight } from "lowlight";

/** A piece of code and the classes that say what it is. */
export type CodeSpan = string | { classes: string; children: CodeSpan[] };

type Part = ReturnType<ReturnType<typeof createLowlight>["highlight"]>["children"][number];

const lowlight = createLowlight(common);

/** The code in its pieces; undefined for a language that is not among the common ones. */
export function highlight(language: string, code: string): CodeSpan[] | undefined {
  if (!lowlight.registered(language)) return undefined;
  return lowlight.highlight(language, code).children.flatMap(toSpan);
}

function toSpan(part: Part): CodeSpan[] {
  if (part.type === "text") return [part.value];
  if (part.type !== "element") return [];
  const { className } = part.properties;
  const classes = Array.isArray(className) ? className.join(" ") : "";
  return [{ classes, children: part.children.flatMap(toSpan) }];
}
