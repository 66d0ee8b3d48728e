/** @file Everything the embedded models are taught. */
import type { Deck } from "./lesson.ts";
import { animals } from "./lessons/animals.ts";
import { arithmetic } from "./lessons/arithmetic.ts";
import { calendar } from "./lessons/calendar.ts";
import { colours } from "./lessons/colours.ts";
import { counting } from "./lessons/counting.ts";
import { facts } from "./lessons/facts.ts";
import { fastchat } from "./lessons/fastchat.ts";
import { greetings } from "./lessons/greetings.ts";
import { identity } from "./lessons/identity.ts";
import { lists } from "./lessons/lists.ts";
import { opposites } from "./lessons/opposites.ts";
import { refusals } from "./lessons/refusals.ts";
import { smallTalk } from "./lessons/small-talk.ts";
import { spellings } from "./lessons/spelling.ts";

export const curriculum: readonly Deck[] = [
  ...greetings,
  ...smallTalk,
  ...identity,
  ...arithmetic,
  ...counting,
  ...calendar,
  ...colours,
  ...animals,
  ...spellings,
  ...facts,
  ...opposites,
  ...lists,
  ...fastchat,
  ...refusals,
];
