/** @file A child with a law: `node dying-child.js ready|refuse|drain|stubborn|say LIFE_MS` lives that long. */
const [, , law, lifeMs] = process.argv;
if (law === "drain") process.on("SIGTERM", () => setTimeout(() => process.exit(0), 50));
if (law === "stubborn") process.on("SIGTERM", () => {});
if (law === "say") process.stdin.on("data", (text) => console.log(`heard ${text}`));
console.log(`born ${process.pid}`);
console.error("about to break");
if (law === "ready") process.send({ type: "ready", url: "http://127.0.0.1:1" });
if (law === "refuse") process.send({ type: "refused", message: "The file is no model." });
setTimeout(() => process.exit(3), Number(lifeMs));
