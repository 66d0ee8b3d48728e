/** @file What the page says, in English. */
import { admin } from "./admin.ts";
import { board } from "./board.ts";
import { chat } from "./chat.ts";
import { explore } from "./explore.ts";
import { shell } from "./shell.ts";

export const english = { shell, chat, board, explore, admin };
