/** @file Filters in a row; folded away on a telephone, where they would push the content out of sight. */
import type { ComponentChildren } from "preact";
import { useMedia } from "./use-media.ts";

export function MoreFilters({ label, children }: { label: string; children: ComponentChildren }) {
  const narrow = useMedia("(max-width: 719px)");
  if (!narrow) return <>{children}</>;
  return (
    <details class="filter-more">
      <summary class="chip">{label}</summary>
      <div class="filter-row">{children}</div>
    </details>
  );
}
