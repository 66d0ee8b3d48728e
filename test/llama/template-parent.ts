/** @file A parent for the renderer's tests: starts a render that never ends, says so, and waits to be killed. */
import { findLibraries } from "../../src/llama/libraries.ts";
import { templateRenderer } from "../../src/llama/template-renderer.ts";

const renderer = templateRenderer({ ...findLibraries("cpu"), limitMs: 1000 });
await renderer.render("warm", {});
if (process.argv[2] === "hanging") {
  renderer.render(
    "{% for i in range(3000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
    {},
  );
}
process.send?.("ready");
setInterval(() => undefined, 1000);
