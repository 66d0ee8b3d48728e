/** @file What the page says, in German. */
import type { Words } from "../words.ts";
import { admin } from "./admin.ts";
import { board } from "./board.ts";
import { chat } from "./chat.ts";
import { explore } from "./explore.ts";

export const german: Words = { chat, board, explore, admin };
