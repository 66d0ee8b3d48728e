/** @file What the page says in English: chat. */
export const chat = {};
