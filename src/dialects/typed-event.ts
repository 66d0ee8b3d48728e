/** @file Server-sent events whose JSON says what they are, and whose `event:` line says it again. */

/** The lines of one event, without the blank one that ends it. */
export function toTypedEvent<E extends { type: string }>(event: E): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}`;
}
