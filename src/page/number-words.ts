/** @file Numbers as a person reads them: grouped, counted, in percent. */

/** Keeps a number on one line. */
export const noBreakSpace = "\u00a0";

/** `12345.6` → `12 346`. */
export function toGrouped(value: number, digits = 0): string {
  const [whole = "", fraction] = Math.abs(value).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, noBreakSpace);
  const sign = value < 0 && /[1-9]/.test(whole + (fraction ?? "")) ? "−" : "";
  return sign + grouped + (fraction === undefined ? "" : `.${fraction}`);
}

/** `1 row`, `1 200 rows`. */
export function toCount(count: number, one: string, many = `${one}s`): string {
  return `${toGrouped(count)} ${count === 1 ? one : many}`;
}

/** `52 %`; a share that is neither none nor all is never rounded to either. */
export function toPercent(share: number, digits = 0): string {
  const text = (share * 100).toFixed(digits);
  const least = 10 ** -digits;
  if (share > 0 && Number(text) === 0) return `<${least}${noBreakSpace}%`;
  if (share < 1 && Number(text) === 100) return `>${100 - least}${noBreakSpace}%`;
  return `${text}${noBreakSpace}%`;
}
