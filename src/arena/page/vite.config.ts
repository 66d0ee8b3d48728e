/** @file Builds the Arena's page into dist/: one small entry, the rest in pieces loaded when asked for. */
import { defineConfig, type Plugin } from "vite";

/** Every browser that we build for takes WOFF2: KaTeX's other copies would be 0.8 MB of nothing. */
const onlyWoff2: Plugin = {
  name: "only-woff2",
  enforce: "pre",
  transform: (code, id) =>
    /katex(\.min)?\.css/.test(id)
      ? code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["'][a-z]+["']\)/g, "")
      : null,
};

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [onlyWoff2],
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
