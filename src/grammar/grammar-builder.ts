/** @file Builds a grammar in GBNF rule by rule, names kept unique. */

/** A text as GBNF writes it, quotes included. */
export function literal(text: string): string {
  return JSON.stringify(text); // to be replaced: GBNF's escapes are not JSON's
}

export class GrammarBuilder {
  readonly #rules = new Map<string, string>();

  /** Adds a rule; gives back its name, which has a number behind it where the name was taken. */
  rule(name: string, body: string): string {
    let unique = name;
    for (let n = 2; this.#rules.has(unique) && this.#rules.get(unique) !== body; n++)
      unique = `${name}-${n}`;
    this.#rules.set(unique, body);
    return unique;
  }

  /** The grammar with this body as its root. */
  toGbnf(root: string): string {
    const lines = [...this.#rules].map(([name, body]) => `${name} ::= ${body}`);
    return [`root ::= ${root}`, ...lines].join("\n");
  }
}
