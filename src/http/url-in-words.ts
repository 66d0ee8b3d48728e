/** @file A URL as a log or an error may have it: a password or a key that rides along stays out. */

export function urlInWords(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return pathname === "/" ? origin : `${origin}${pathname}`;
}
