/** @file The explorer: battles that were fought, found by their facts. */
export function ExploreView() {
  return <p>…</p>;
}
