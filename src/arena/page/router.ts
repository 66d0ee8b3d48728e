/** @file Where in the page one is: the address is the state, so that links and the back button work. */
import { useSyncExternalStore } from "preact/compat";

export type Place = { path: string; query: URLSearchParams };

const listeners = new Set<() => void>();
const here = () => location.pathname + location.search;

addEventListener("popstate", () => {
  for (const listener of listeners) listener();
});

/** Goes to an address of this page; `replace` leaves no step for the back button. */
export function goTo(address: string, { replace = false } = {}): void {
  if (address === here()) return;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  for (const listener of listeners) listener();
}

export function usePlace(): Place {
  const address = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, here);
  const { pathname, searchParams } = new URL(address, location.origin);
  return { path: pathname, query: searchParams };
}

/** An onClick for `<a href>`: stays in the page unless a new tab is asked for. */
export function followLink(event: MouseEvent & { currentTarget: EventTarget | null }): void {
  const link = event.currentTarget;
  if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin) return;
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  event.preventDefault();
  goTo(link.pathname + link.search);
}
