/** @file What the page says in German: explore. */
import type { explore as english } from "../en/explore.ts";

export const explore: typeof english = {};
