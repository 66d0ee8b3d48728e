/** @file One end of line for all streams, whatever the server has. */

export function withoutReturns(messages: Buffer): Buffer {
  if (!messages.includes("\r")) return messages;
  return Buffer.from(messages.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
}
