// Prints `N passed, N failed, N skipped` from vitest's JSON report; exits 1 when a test failed, or was skipped without being listed.
// Plain old JavaScript: it also tells what happened where the set-up itself failed.
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
const SKIPPED = new Set(["skipped", "pending", "todo", "disabled"]);

/** Counts the tests of a report. A file that failed before its tests could be collected counts as one failure. */
function countTests(report, allowedSkips) {
	const counts = { passed: 0, failed: 0, skipped: 0, refused: [] };
	for (const file of report.testResults) {
		const name = path.relative(root, file.name).split(path.sep).join("/");
		if (file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed")) counts.failed += 1;
		for (const test of file.assertionResults) {
			if (!SKIPPED.has(test.status)) counts[test.status === "passed" ? "passed" : "failed"] += 1;
			else {
				counts.skipped += 1;
				const title = `${name} > ${test.fullName}`;
				if (!allowedSkips.includes(title)) counts.refused.push(title);
			}
		}
	}
	return counts;
}

function main(reportFile, allowedFile, failuresElsewhere) {
	if (!existsSync(reportFile)) {
		process.stdout.write("ci: there is no test report, so the checks before the tests failed\n0 passed, 1 failed, 0 skipped\n");
		return 1;
	}
	const allowed = JSON.parse(readFileSync(allowedFile, "utf8"));
	const counts = countTests(JSON.parse(readFileSync(reportFile, "utf8")), allowed);
	counts.failed += failuresElsewhere;
	for (const title of counts.refused) process.stdout.write(`ci: skipped, but not listed in ${allowedFile}: ${title}\n`);
	if (counts.passed === 0) process.stdout.write("ci: no test passed\n");
	process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
	return counts.failed > 0 || counts.refused.length > 0 || counts.passed === 0 ? 1 : 0;
}

module.exports = { countTests };
if (require.main === module) process.exitCode = main(process.argv[2], process.argv[3], Number(process.argv[4] ?? 0));
