/** @file What a test starts, closed after it in reverse order. */
import { afterEach } from "vitest";

type Closable = { close(): Promise<void> };

const started: Closable[] = [];
afterEach(async () => {
  for (const server of started.splice(0).reverse()) await server.close();
});

export function keep<T extends Closable>(server: T): T {
  started.push(server);
  return server;
}
