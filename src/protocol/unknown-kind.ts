/** @file What is said about a value whose `type` a union of types does not know. */
import type { z } from "zod";

/** The third argument of `z.discriminatedUnion`: a sentence that may name the type that was sent. */
export function unknownKind(toSentence: (type: string) => string): {
  error: (issue: z.core.$ZodRawIssue) => string | undefined;
} {
  return {
    error: ({ code, input }) => (code === "invalid_union" ? toSentence(typeOf(input)) : undefined),
  };
}

function typeOf(value: unknown): string {
  return String((value as { type?: unknown } | null)?.type ?? "none").slice(0, 64);
}
