#!/usr/bin/env node
// The command. It runs on the Node that the project brings (package `node`), whichever Node the machine has.
const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..", "..");
const own = join(root, "node_modules", "node", "bin", "node");

if (Number(process.versions.node.split(".")[0]) >= 24) {
  require("tsx/cjs");
  require("./main.ts");
} else if (existsSync(own)) {
  // Signals reach both processes of the foreground group; this one waits for the other to end.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  const { status, signal } = spawnSync(own, [__filename, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? (signal ? 1 : 0);
} else {
  console.error("sensorlake needs Node 24, which the project brings along: run `npm ci` first.");
  process.exitCode = 1;
}
