/** @file Keys that work anywhere in the page, except where one types. */
import { useEffect, useRef } from "preact/hooks";

export type Keys = Record<string, (() => void) | undefined>;

const switchName = "single-keys";

/** People who speak to their computer need single-letter keys off (WCAG 2.1.4). */
export const singleKeys = {
  get on(): boolean {
    return localStorage.getItem(switchName) !== "off";
  },
  set on(on: boolean) {
    localStorage.setItem(switchName, on ? "on" : "off");
  },
};

/** @param keys What each `KeyboardEvent.key` does; letters in lower case. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const action = latest.current[key];
      if (!action || !isMeant(event)) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}

function isMeant(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (document.querySelector("dialog[open]")) return false;
  if (event.key === "Escape") return !event.isComposing;
  return singleKeys.on && !event.repeat && !isField(event.target);
}

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
