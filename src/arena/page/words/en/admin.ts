/** @file What the page says in English: admin. */
export const admin = {};
