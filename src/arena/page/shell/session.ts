/** @file What every view may ask of the page around it. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { SessionView } from "../../../protocol/arena.ts";

export type Shell = {
  session: SessionView;
  /** Asks the server again. */
  reload(): void;
  /** True once the terms have been agreed to; asks if they have not. */
  consent(): Promise<boolean>;
};

export const ShellContext = createContext<Shell | null>(null);

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error("There is no shell.");
  return shell;
}
