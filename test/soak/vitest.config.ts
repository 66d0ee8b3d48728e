/** @file The long tests: one at a time, minutes each. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/soak/**/*.test.ts"], testTimeout: 1_200_000, maxWorkers: 1 },
});
