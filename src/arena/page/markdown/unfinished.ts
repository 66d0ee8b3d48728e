/** @file The end of a Markdown text that is still coming, finished or withheld so that nothing flickers. */
export function settle(source: string): string {
  return source;
}
