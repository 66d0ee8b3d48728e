/** @file The leaderboard: who stands where, and how sure that is. */
export function BoardView() {
  return <p>…</p>;
}
