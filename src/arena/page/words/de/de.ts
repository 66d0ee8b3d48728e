/** @file What the page says, in German. */
import type { english } from "../en/en.ts";
import { admin } from "./admin.ts";
import { board } from "./board.ts";
import { chat } from "./chat.ts";
import { explore } from "./explore.ts";
import { shell } from "./shell.ts";

export const german: typeof english = { shell, chat, board, explore, admin };
