/** Model packages: manifest, digests, file formats, checks, ingest and store. It loads no model and knows no endpoint. */
export { isArchive } from "./archive/archive-kind.ts";
export { type UnpackOptions, unpackArchive } from "./archive/unpack.ts";
export { CHECKS } from "./checks/all-checks.ts";
export type { Check, CheckOutcome, CheckResult, CheckSeverity, CheckStatus, Finding } from "./checks/check.ts";
export type { ChampionContract, HostFacts, PackageClaim, PublishedVersion } from "./checks/check-input.ts";
export { type CheckPackageOptions, checkLooseFiles, checkPackage, checkWeightFile } from "./checks/check-package.ts";
export { checksReference } from "./checks/checks-reference.ts";
export type { SmokeEnd, SmokeLimits, SmokeLoad, SmokePhase } from "./checks/evidence/smoke-load.ts";
export { type CheckExplanation, explainCheck } from "./checks/explain-check.ts";
export { renderChecks } from "./checks/render-checks.ts";
export { type CheckSummary, refuses } from "./checks/run-checks.ts";
export { sarifOf } from "./checks/sarif.ts";
export { wrapWords } from "./checks/wrap-words.ts";
export type { SchemaChange } from "./compatibility/change.ts";
export { compareSchemas } from "./compatibility/compare-schemas.ts";
export { diffPackages } from "./diff/diff-packages.ts";
export type { ChangeKind, PackageDiff, ValueChange } from "./diff/package-diff.ts";
export { readPackageFacts } from "./diff/read-package-facts.ts";
export { bytesSource, countedSource, fileSource, type ReadAt, type Reader } from "./files/read-at.ts";
export { type PackageFile, walkPackage } from "./files/walk-package.ts";
export { ELEM_TYPES, type ElemType } from "./formats/onnx/elem-types.ts";
export { type OnnxGraph, type OnnxModel, type OnnxTensor, type OnnxValue, openInputs } from "./formats/onnx/onnx-model.ts";
export { readOnnx } from "./formats/onnx/read-onnx.ts";
export { IMPORT_SOURCES, type ImportOptions, type ImportSource, importModel } from "./imports/import-model.ts";
export { type InitReport, initFolder } from "./init/init-folder.ts";
export { lockFolder } from "./init/lock-folder.ts";
export { hashPackage, lockedStructure, makeLock, type Progress } from "./lock/build-lock.ts";
export { hashFile } from "./lock/hash-file.ts";
export { hashFiles } from "./lock/hash-files.ts";
export {
	LOCK_FILE,
	type LockedFile,
	type LockedFormat,
	MANIFEST_FILE,
	type PackageLock,
	packageDigest,
	parseLock,
	renderLock,
} from "./lock/package-lock.ts";
export { readLock } from "./lock/read-lock.ts";
export { brokenSeals, type FileSeal, type Seal, sealFiles } from "./lock/seal.ts";
export type { Tier } from "./lock/verify-tiers.ts";
export { manifestReference } from "./manifest/manifest-reference.ts";
export { absentFiles, leftOutParts, namedPaths } from "./manifest/package-parts.ts";
export { type ManifestProblem, renderProblem } from "./manifest/problem.ts";
export { type ManifestReading, type ReadManifestOptions, readManifest } from "./manifest/read-manifest.ts";
export type { IngestOptions } from "./store/ingest-folder.ts";
export { PackageRefused } from "./store/package-refused.ts";
export {
	type Ingested,
	openPackageStore,
	type PackageStore,
	type StoreOptions,
	type VerifyOptions,
} from "./store/package-store.ts";
export { renewSeals, type SealRenewal, takeSeal } from "./store/renew-seals.ts";
export { folderSealStore, type SealStore } from "./store/seal-store.ts";
export type { StoredPackage } from "./store/stored-packages.ts";
export type { UploadPart } from "./store/uploads/append-part.ts";
export { openUploads, type UploadStatus, type Uploads } from "./store/uploads/open-uploads.ts";
export type { ClaimedFile, UploadClaim } from "./store/uploads/upload-claim.ts";
export type { FileProgress } from "./store/uploads/upload-folder.ts";
