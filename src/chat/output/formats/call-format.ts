/** @file How a family of models writes calls, and by what its templates show it. */
import type { CallSyntax } from "../calls/call-syntax.ts";

export type CallFormat = {
  name: string;
  syntax: CallSyntax;
  /** Texts that frame an answer and are no part of it. */
  frames?: readonly string[];
  /** An opening that a prompt may end with. */
  opensInPrompt?: string;
  /** GBNF of what the model writes before its calls. */
  lead?: string;
  /** GBNF of what it writes behind them. */
  trail?: string;
  /** What a template has, all of it, whose model writes so. */
  shownBy: readonly (string | RegExp)[];
};
