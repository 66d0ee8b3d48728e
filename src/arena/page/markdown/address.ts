/** @file Which addresses a model's answer may link to: http(s) only, and never behind another host's name. */

/** Control, zero-width and direction characters: a browser drops some, a reader sees none. */
const invisible = /[\p{Cc}\p{Cf}]/gu;
const hostLike = /(?:^|[\s(<"'/@])((?:[\p{L}\p{N}-]{1,63}[.。．｡]){1,8}[\p{L}\p{N}-]{2,63})/u;

/** The address as the browser would read it, or undefined where it may not be linked. */
export function safeAddress(href: string): string | undefined {
  const url = toUrl(href.replace(invisible, "").trim());
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  // `https://bank.example@evil.example` reads as the bank's.
  return url.username || url.password ? undefined : url.href;
}

/** The host an address leads to, where the link's label looks like an address of another one. */
export function hiddenHost(label: string, address: string): string | undefined {
  const claimed = hostLike.exec(label.slice(0, 500).replace(invisible, ""))?.[1];
  const real = toUrl(address)?.host;
  if (claimed === undefined || real === undefined) return undefined;
  const shown = toUrl(`http://${claimed}`)?.hostname ?? claimed;
  return bare(shown) === bare(real.replace(/:\d+$/, "")) ? undefined : real;
}

const bare = (host: string) => host.replace(/^www\./, "");

function toUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
