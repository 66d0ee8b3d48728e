/** @file The line that tells how an action went. */
import type { Action } from "./use-action.ts";

export function Told({ action: { told, failed } }: { action: Action }) {
  return (
    <p class={failed ? "admin-told admin-failure" : "admin-told"} role="status">
      {told}
    </p>
  );
}
