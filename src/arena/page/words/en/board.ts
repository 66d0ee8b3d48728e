/** @file What the page says in English: board. */
export const board = {};
