/**
 * @file What Gemini gives along with a call of a tool: its own id, and the signature of the thought behind
 * the call.
 *
 * Source: https://ai.google.dev/gemini-api/docs/thought-signatures
 */
import type { RememberedCalls } from "../remembered-calls.ts";

export type SignedCall = { id?: string | undefined; signature?: string | undefined };
export type SignedCalls = RememberedCalls<SignedCall>;
