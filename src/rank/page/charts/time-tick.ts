/** @file Times on an axis, in UTC: hours of 24, days and months in words, each year said once. */

const [day, year] = [86_400, 366 * 86_400];

type TickFormat = (time: Date, at: number, times?: readonly Date[]) => string;

/**
 * Words for a tick: `12:00`, `16 Nov` or `Nov`, as far apart as the times are. The day or the year
 * stands below the first tick, and below each that begins another.
 *
 * @param history In the order of time (Unix, s).
 */
export function timeTick(history: readonly { time: number }[]): TickFormat {
  const span = (history.at(-1)?.time ?? 0) - (history[0]?.time ?? 0);
  const [fine, coarse] = wordsFor(span);
  return (time, at, times) => {
    const before = times?.[at - 1];
    const begins = before === undefined || coarse(before) !== coarse(time);
    return begins ? `${fine(time)}\n${coarse(time)}` : fine(time);
  };
}

type Words = (time: Date) => string;

function wordsFor(span: number): [fine: Words, coarse: Words] {
  if (span < 600) return [(time) => toIso(time).slice(11, 19), toDay];
  if (span < 2 * day) return [(time) => toIso(time).slice(11, 16), toDay];
  if (span < 6 * day) return [toDayAndHour, toYear];
  return [span < year / 2 ? toDay : toMonth, toYear];
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const toIso = (time: Date) => time.toISOString();
const toMonth = (time: Date) => months[time.getUTCMonth()] ?? "";
const toDay = (time: Date) => `${time.getUTCDate()} ${toMonth(time)}`;
const toYear = (time: Date) => `${time.getUTCFullYear()}`;

/** A day where one begins, else the hour. */
function toDayAndHour(time: Date): string {
  const hour = toIso(time).slice(11, 16);
  return hour === "00:00" ? toDay(time) : hour;
}
