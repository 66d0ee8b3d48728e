/** @file `/registry`: workers come, say that they live, and leave; apis look on. */
import { Hono } from "hono";
import { EventQueue } from "../http/event-queue.ts";
import { readJson } from "../http/json.ts";
import { streamEvents } from "../http/sse.ts";
import { Heartbeat, heartbeatMs, leaseMs, Registration } from "../protocol/registry.ts";
import type { Registry } from "./registry.ts";

export function registryRoutes(registry: Registry): Hono {
  const watchers = new Set<EventQueue<string>>();
  registry.listen((event) => {
    const text = JSON.stringify(event); // once, for all watchers
    for (const watcher of watchers) watcher.push(text);
  });
  return new Hono()
    .post("/registry/workers", async (c) => {
      const registration = await readJson(c, Registration);
      let unregister = () => {};
      const events = new EventQueue<string>(() => unregister());
      unregister = registry.register(registration, () => events.end());
      const { epoch } = registry;
      events.push(JSON.stringify({ epoch, heartbeat_ms: heartbeatMs, lease_ms: leaseMs }));
      return streamEvents(c, events, { done: false });
    })
    .post("/registry/workers/:id/heartbeat", async (c) => {
      registry.renew(c.req.param("id"), await readJson(c, Heartbeat));
      return c.json({ epoch: registry.epoch });
    })
    .get("/registry/workers", (c) => {
      const { epoch, dispatch_method, workers } = registry.snapshot();
      return c.json({ epoch, dispatch_method, workers });
    })
    .get("/registry/watch", (c) => {
      const events = new EventQueue<string>(() => void watchers.delete(events));
      events.push(JSON.stringify(registry.snapshot()));
      watchers.add(events);
      return streamEvents(c, events, { done: false });
    });
}
