/** @file What the page says, in English. */
import { admin } from "./admin.ts";
import { board } from "./board.ts";
import { chat } from "./chat.ts";
import { explore } from "./explore.ts";

export const english = { chat, board, explore, admin };
