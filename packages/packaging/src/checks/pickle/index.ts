/** Formats that can run code when they are loaded: pickle, joblib, torch, NumPy, Keras. Allowed is what is listed. */
import type { Check } from "../check.ts";
import { e01PickleGlobals } from "./e01-pickle-globals.ts";
import { e02TorchArchive } from "./e02-torch-archive.ts";
import { e03Torchscript } from "./e03-torchscript.ts";
import { e04RuntimeFloor } from "./e04-runtime-floor.ts";
import { e05NumpyArrays } from "./e05-numpy-arrays.ts";
import { e06Keras } from "./e06-keras.ts";
import { e07SklearnVersion } from "./e07-sklearn-version.ts";
import { e08HydraTarget } from "./e08-hydra-target.ts";
import { e09Trust } from "./e09-trust.ts";

export const PICKLE_CHECKS: readonly Check[] = [
	e01PickleGlobals,
	e02TorchArchive,
	e03Torchscript,
	e04RuntimeFloor,
	e05NumpyArrays,
	e06Keras,
	e07SklearnVersion,
	e08HydraTarget,
	e09Trust,
];
