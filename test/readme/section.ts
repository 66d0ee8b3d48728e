/** @file Sections of the README that tests write: between `<!-- name:begin -->` and `<!-- name:end -->`. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const readme = fileURLToPath(new URL("../../README.md", import.meta.url));

/**
 * What the section says; with `UPDATE_README=1` it is made to say `wanted` first.
 *
 * @throws {Error} the README has no such section.
 */
export function readmeSection(name: string, wanted: string): string {
  const text = readFileSync(readme, "utf8");
  const [begin, end] = [`<!-- ${name}:begin -->\n`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  if (from < begin.length || to < from) throw new Error(`README.md has no section '${name}'`);
  if (process.env.UPDATE_README !== "1") return text.slice(from, to);
  writeFileSync(readme, text.slice(0, from) + wanted + text.slice(to));
  return wanted;
}

/** A table as it is before a formatter aligns its columns. */
export function unaligned(table: string): string {
  return table.replace(/ +\|/g, " |").replace(/-{3,}/g, "---").trim();
}
