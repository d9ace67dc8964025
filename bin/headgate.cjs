#!/usr/bin/env node
// Starts the command under a Node that can run it: this one if it is new enough, else the one the repository brings.
const path = require("node:path");
const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { findNode, setup, NEEDED_MAJOR } = require("../tools/setup.cjs");

const main = path.resolve(__dirname, "../packages/headgate/src/main.ts");

function startElsewhere(node) {
	const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
	child.on("exit", (code, signal) => process.exit(signal ? 3 : code));
}

const installed = existsSync(path.resolve(__dirname, "../node_modules/.headgate-lock"));
const node = installed ? findNode() : setup();
if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) import(main);
else startElsewhere(node);
