/** @file The marks of calls that have each parameter between tags. */
import type { Wrap } from "./wrapped-calls.ts";

export type TaggedForm = {
  wrap?: Wrap;
  /** Each call has a wrap of its own. */
  wrapsEach?: boolean;
  open: string;
  /** Ends the name; where there is no such mark, the first parameter or `close` does. */
  nameEnd?: string;
  /** Finds `name` in the text before; all of it, trimmed, where this is not given. */
  head?: RegExp;
  close: string;
  parameter: {
    open: string;
    /** Ends the key and what else stands beside it. */
    keyEnd: string;
    /** Stands between the key and the value. */
    valueOpen?: string;
    close: string;
    /** What stands beside the key: GBNF for a string, and for everything else. */
    attributes?: { string: string; other: string };
  };
  /** The value stands on lines of its own. */
  padded?: boolean;
  /** Strings may stand between `<![CDATA[` and `]]>`. */
  cdata?: boolean;
  /** GBNF of the text before `nameEnd`, the name being given as GBNF too. */
  nameGrammar?: (name: string) => string;
  /** GBNF of what stands behind each call, and between two. */
  behind?: string;
  between?: string;
};
