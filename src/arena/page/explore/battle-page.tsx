/** @file One battle of the explorer, whole. */
export function BattlePage({ id }: { id: string }) {
  return <p>{id}</p>;
}
