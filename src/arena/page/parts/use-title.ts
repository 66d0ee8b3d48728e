/** @file The document's title: where in the page one is, then the page. */
import { createContext } from "preact";
import { useContext, useEffect } from "preact/hooks";

export const SiteTitle = createContext("FastChat Arena");

export function useTitle(view: string): void {
  const site = useContext(SiteTitle);
  useEffect(() => {
    document.title = `${view} · ${site}`;
  }, [view, site]);
}
