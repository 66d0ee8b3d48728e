/** @file FastChat's basic statistics: what happened by day and by hour, and how the models do. */
import type { AdminOverview } from "../../protocol/arena.ts";
import type { ArenaStatistics, CountRow } from "../../store/arena-statistics.ts";

const hourMs = 3_600_000;
const shownDays = 60;

/** @param now Unix time, ms. */
export function toOverview(statistics: ArenaStatistics, now: number): AdminOverview {
  const thisHour = Math.floor(now / hourMs);
  const calls = new Map(
    statistics.hours((thisHour - 23) * hourMs).map(({ hour, calls: count }) => [hour, count]),
  );
  return {
    days: statistics.days(now - shownDays * 24 * hourMs),
    hours: Array.from({ length: 24 }, (_, i) => {
      const hour = thisHour - 23 + i;
      return { hour: hour % 24, calls: calls.get(hour) ?? 0 }; // of the day, UTC
    }),
    actions: Object.fromEntries(statistics.actions(now).map((row) => [row.name, toCounts(row)])),
    models: statistics.models(now).map((row) => ({
      model: row.name,
      ...toCounts(row),
      ttft_ms: row.ttftMs,
      tokens_per_second: row.tokensPerSecond,
      error_rate: row.errorRate,
    })),
  };
}

const toCounts = ({ all, lastDay, lastHour }: CountRow) => ({
  all,
  last_day: lastDay,
  last_hour: lastHour,
});
