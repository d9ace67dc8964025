// Installs the pinned dependencies when the lock file changed, and makes sure a Node that runs Headgate is there.
// Plain old JavaScript: it must start on any Node >= 18, before anything is installed.
const { createHash } = require("node:crypto");
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const path = require("node:path");

const NEEDED_MAJOR = 24;
const root = path.resolve(__dirname, "..");
const stamp = path.join(root, "node_modules", ".headgate-lock");

function fail(message, hint) {
	process.stderr.write(`setup: ${message}\n  ${hint}\n`);
	process.exit(3);
}

function lockDigest() {
	const hash = createHash("sha256");
	for (const name of ["package-lock.json", "package.json"]) hash.update(readFileSync(path.join(root, name)));
	return `${hash.digest("hex")} ${process.platform}-${process.arch}`;
}

/** The Node of this repository: the installed one, else the one that runs this file. */
function findNode() {
	const installed = path.join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
	return existsSync(installed) ? installed : process.execPath;
}

function majorOf(node) {
	const run = spawnSync(node, ["-p", "process.versions.node.split('.')[0]"], { encoding: "utf8" });
	return Number(run.stdout);
}

function install() {
	process.stderr.write("setup: installing the pinned dependencies (once for each lock file) ...\n");
	const npm = process.env.npm_execpath;
	const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
	const run = npm
		? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ["ignore", "ignore", "inherit"] })
		: spawnSync("npm", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
	if (run.status !== 0) fail("npm ci failed", "read the lines above; the package registry must be reachable");
}

function setup() {
	const wanted = lockDigest();
	const found = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
	if (found !== wanted) {
		install();
		writeFileSync(stamp, wanted);
	}
	const node = findNode();
	const major = majorOf(node);
	if (!(major >= NEEDED_MAJOR)) {
		fail(
			`Headgate needs Node >= ${NEEDED_MAJOR}, found ${major || "none"} at ${node}`,
			"install Node 24 or newer, or run on linux x64 or arm64, where the repository brings its own",
		);
	}
	return node;
}

module.exports = { findNode, majorOf, setup, NEEDED_MAJOR };
if (require.main === module) setup();
