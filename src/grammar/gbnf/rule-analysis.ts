/** @file What must be known of rules before they can run: which may be empty, which never begin. */
import { grammarError, type Item, type Rule } from "./grammar-rules.ts";

/** (rules,) 1 where a rule matches the empty text too. Takes time linear in the grammar. */
export function findNullable(rules: readonly Rule[]): Uint8Array {
  const nullable = new Uint8Array(rules.length);
  const waiting: { rule: number; needs: number }[][] = rules.map(() => []);
  const queue: number[] = [];
  const settle = (rule: number) => {
    if (nullable[rule] === 1) return;
    nullable[rule] = 1;
    queue.push(rule);
  };
  for (const [rule, { alternatives }] of rules.entries())
    for (const items of alternatives) {
      const needed = neededRules(items);
      if (needed?.length === 0) settle(rule);
      const wait = { rule, needs: needed?.length ?? 0 };
      for (const need of needed ?? []) waiting[need]?.push(wait);
    }
  for (let rule = queue.pop(); rule !== undefined; rule = queue.pop())
    for (const wait of waiting[rule] ?? []) if (--wait.needs === 0) settle(wait.rule);
  return nullable;
}

/** The rules that must be empty for the sequence to be; undefined if it cannot be. */
function neededRules(items: readonly Item[]): number[] | undefined {
  const needed: number[] = [];
  for (const { symbol, least } of items) {
    if (least === 0) continue;
    if (symbol.kind !== "rule") return undefined;
    needed.push(symbol.rule);
  }
  return needed;
}

/**
 * Makes sure that no rule can come back to itself before it has matched a byte: it would go on
 * for ever.
 *
 * @throws {InvalidRequestError} one does; the message shows the way round.
 */
export function refuseLeftRecursion(rules: readonly Rule[], nullable: Uint8Array): void {
  const heads = rules.map((rule) => headsOf(rule, nullable));
  const done = new Uint8Array(rules.length);
  for (const start of rules.keys()) {
    const path: { rule: number; next: number }[] = [];
    const onPath = new Set<number>();
    const enter = (rule: number) => {
      if (onPath.has(rule)) throw leftRecursion(rules, [...onPath, rule]);
      if (done[rule] === 1) return;
      onPath.add(rule);
      path.push({ rule, next: 0 });
    };
    enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const head = heads[top.rule]?.[top.next++];
      if (head !== undefined) enter(head);
      else {
        done[top.rule] = 1;
        onPath.delete(top.rule);
        path.pop();
      }
    }
  }
}

/** The rules a rule may begin with. */
function headsOf(rule: Rule, nullable: Uint8Array): number[] {
  const heads: number[] = [];
  for (const items of rule.alternatives)
    for (const { symbol, least } of items) {
      if (symbol.kind === "rule") heads.push(symbol.rule);
      if (least > 0 && !(symbol.kind === "rule" && nullable[symbol.rule] === 1)) break;
    }
  return heads;
}

function leftRecursion(rules: readonly Rule[], path: number[]): Error {
  const names = path.slice(path.indexOf(path.at(-1) ?? 0)).map((rule) => rules[rule]?.name ?? "");
  const distinct = names.filter((name, i) => i === 0 || name !== names[i - 1]);
  if (distinct.length === 1) distinct.push(distinct[0] ?? "");
  const shown = distinct.map((name) => name.slice(0, 40));
  const way = shown.length > 6 ? [...shown.slice(0, 5), "…", ...shown.slice(-1)] : shown;
  return grammarError(
    `The grammar's rule '${shown[0]}' begins with itself (${way.join(" → ")}): left recursion is not supported.`,
  );
}
