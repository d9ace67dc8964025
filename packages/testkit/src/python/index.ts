/** A real Python with pinned packages, for tests that compare our readers with the readers everyone uses. Only tests need Python: no package of Headgate does. */

export { PYTHON_MISSING } from "./python-missing.ts";
export { pythonWith } from "./python-with.ts";
