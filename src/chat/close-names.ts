/** @file Of some names, those that a wrong one may have meant. */

const mostClose = 5;

/** Names that differ little, the closest first; capitals and signs do not count. */
export function closeNames(name: string, among: readonly string[]): string[] {
  const wanted = letters(name);
  const near = among
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, letters(candidate)) }))
    .filter(({ distance }) => distance <= Math.max(1, wanted.length / 3));
  const sorted = near.sort((a, b) => a.distance - b.distance);
  return sorted.slice(0, mostClose).map(({ candidate }) => candidate);
}

const letters = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** How many letters one has to add, drop or change; 1 where one begins or ends with the other. */
function distanceOf(one: string, other: string): number {
  if (one === other) return 0;
  return isEdge(one, other) || isEdge(other, one) ? 1 : editDistance(one, other);
}

/** `Qwen3-8B` of `Qwen/Qwen3-8B`, `vicuna` of `vicuna_v1.1`. */
function isEdge(part: string, whole: string): boolean {
  return part !== "" && (whole.startsWith(part) || whole.endsWith(part));
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (let k = 1; k <= other.length; k++) {
      const swap = (row[k - 1] ?? 0) + (letter === other.charAt(k - 1) ? 0 : 1);
      next.push(Math.min(swap, (row[k] ?? 0) + 1, (next[k - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
