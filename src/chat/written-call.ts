/** @file A tool call as JSON in a text. */

export type WrittenCall = {
  name: string;
  /** JSON text, or the object itself. */
  arguments: unknown;
};

/** The calls of a turn as a model writes them. */
export type WriteCalls = (calls: readonly WrittenCall[]) => string;

/** Stands for any call where a model is shown how to write one. */
export const exampleCall = {
  name: "function_name",
  arguments: '{"parameter_name": "value"}',
} satisfies WrittenCall;

/** One call a line, as `{"name": …, "arguments": {…}}`. */
export function callLines(calls: readonly WrittenCall[]): string {
  return calls.map((call) => callObject(call)).join("\n");
}

export function callObject(
  { name, arguments: given }: WrittenCall,
  nameKey = "name",
  argumentsKey = "arguments",
): string {
  const text = typeof given === "string" ? given.trim() || "{}" : JSON.stringify(given);
  return `{"${nameKey}": ${JSON.stringify(name)}, "${argumentsKey}": ${text}}`;
}
