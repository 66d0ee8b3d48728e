/** @file What the page says in English: explore. */
export const explore = {};
