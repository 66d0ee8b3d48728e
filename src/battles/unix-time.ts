/** @file When a vote was cast, in any of the ways that files say it: as Unix time, s. */

/** Beyond these a number counts ms, or µs: as seconds they would lie in the year 5138 and after. */
const firstMs = 1e11;
const firstUs = 1e14;

const isoTime =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:(Z|UTC)|([+-]\d\d):?(\d\d)?)?)?$/;

/** NaN where it is no time. An ISO time without a zone is in UTC, wherever it is read. */
export function toUnixTime(time: string | number | Date): number {
  if (typeof time === "number") return ofNumber(time);
  if (typeof time !== "string") return time.getTime() / 1000;
  const [, day, clock = "00:00", , hours, minutes = "00"] = isoTime.exec(time) ?? [];
  if (day === undefined) return time.trim() === "" ? Number.NaN : ofNumber(Number(time));
  return Date.parse(`${day}T${clock}${hours ? `${hours}:${minutes}` : "Z"}`) / 1000;
}

function ofNumber(time: number): number {
  if (Math.abs(time) < firstMs) return time;
  return time / (Math.abs(time) < firstUs ? 1e3 : 1e6);
}
