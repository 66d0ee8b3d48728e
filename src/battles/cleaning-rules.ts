/** @file The rules that keep a vote from being rated, in the order in which they are applied. */

export const cleaningRules = [
  /** A FastChat vote whose `models` hold a null. */
  "no_models",
  /** One side's name was shown and the other's not, another model answered, or no message is left. */
  "invalid",
  /** A side has a message without text. */
  "empty_message",
  /** A message names a model or who makes it. */
  "leaked_identity",
  /** An answer is an error's text. */
  "error_answer",
  /** An answer still has its cursor: the vote came before its end. */
  "unfinished",
  /** Drops nothing: models get the names that FastChat's leaderboard gave them. */
  "rename",
  /** Our own arena keeps the vote apart until someone has looked at it. */
  "quarantined",
  /** The voter is on the list of the banned. */
  "banned",
] as const;
export type CleaningRule = (typeof cleaningRules)[number];
