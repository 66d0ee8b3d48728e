/** @file What the page says in German: board. */
import type { board as english } from "../en/board.ts";

export const board: typeof english = {};
