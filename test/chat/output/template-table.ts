/** @file The README's table of chat templates: what was found, put in rows by family. */

export type Findings = {
  name: string;
  toolFormat: string | null;
  reasoningFormat: string | null;
  /** How many of two calls in one turn came back; 0 where the template writes none. */
  calls: number;
  /** Whether a thought came back. */
  thought: boolean;
  losses: string[];
};

/** Markdown, one row for the templates that are alike. */
export function templateTable(findings: readonly Findings[]): string {
  const rows = new Map<string, Findings[]>();
  for (const each of findings) rows.set(rowHead(each), [...(rows.get(rowHead(each)) ?? []), each]);
  const sorted = [...rows].sort(([one], [other]) => one.localeCompare(other, "en"));
  return [
    "| Tool calls | Read back | Reasoning | llama.cpp's templates |",
    "| --- | --- | --- | --- |",
    ...sorted.map(([head, alike]) => `${head} | ${alike.map(nameOf).join(", ")} |`),
  ].join("\n");
}

function rowHead({ toolFormat, calls, reasoningFormat, thought }: Findings): string {
  const format = toolFormat ?? "JSON lines, which the prompt asks for";
  return `| ${format} | ${callsOf(calls)} | ${thoughtsOf(reasoningFormat, thought)}`;
}

function callsOf(calls: number): string {
  return ["the template writes none", "one in a turn", "several in a turn"][calls] ?? "";
}

function thoughtsOf(reasoningFormat: string | null, thought: boolean): string {
  if (reasoningFormat === null) return "–";
  const format = `\`${reasoningFormat.replaceAll("|", "\\|")}\``;
  return thought ? format : `${format}, not given back to the model`;
}

function nameOf({ name, losses }: Findings): string {
  return losses.length === 0 ? name : `${name} (${losses.join("; ")})`;
}
