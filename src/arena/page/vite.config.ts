/** @file Builds the Arena's page into dist/: one small entry, the rest in pieces loaded when asked for. */
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../../dist/arena/page",
    emptyOutDir: true,
    target: "es2022",
    // A strict Content-Security-Policy allows no inline code: neither must the build make any.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  // `npx vite src/arena/page` develops against a running arena.
  server: { proxy: { "/api": "http://127.0.0.1:7860" } },
});
