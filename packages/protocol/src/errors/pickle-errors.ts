import { type ErrorRow, refused } from "./error-row.ts";

const STATE_ONLY = "Save the model as ONNX or safetensors, or save it again without custom classes and functions.";

/** Formats that can run code when they are loaded. */
export const pickleErrors: Readonly<Record<string, ErrorRow>> = {
	"pickle.global": refused("A pickle names or calls something that is not on the allow-list.", STATE_ONLY),
	"pickle.computed-callable": refused("A pickle calls something that it computes instead of naming it.", STATE_ONLY),
	"pickle.extension": refused("A pickle takes something by number from Python's extension registry.", STATE_ONLY),
	"pickle.state": refused(
		"A pickle sets the state of, or fills, something that is not an instance of an allowed class.",
		STATE_ONLY,
	),
	"pickle.nested": refused("A literal in a pickle is itself a pickle that calls what is not allowed.", STATE_ONLY),
	"pickle.malformed": refused(
		"A pickle is damaged, or no whole pickle. It is executed all the same up to where it breaks off.",
		"Save the model again and copy it as binary; do not load this file.",
	),
	"pickle.limit": refused(
		"A pickle exceeds a limit of the scanner: what was not looked at counts as refused.",
		"Save the weights as safetensors or ONNX.",
	),
	"pickle.packed": refused(
		"A pickle is packed in a way that cannot be looked into.",
		"Save it again with compress=('zlib', 3), or unpacked.",
	),
	"pickle.untrusted": refused(
		"A package holds files that can run code when they are loaded, and does not say that it trusts them.",
		"Add { path, format, role, trust: pickle } to artifacts and use runtime.kind python, or save the model as ONNX or safetensors.",
	),
	"pickle.runtime-floor": refused(
		"The locked dependencies load these files with a release that is known to run code from them.",
		"Lock the release that the message names, or a later one.",
	),
	"pickle.sklearn-version": refused(
		"A scikit-learn model was saved by another release than the one that is locked.",
		"Lock the release it was saved with, or train it again with the locked one.",
	),
	"torch.script": refused(
		"A torch file is TorchScript: code that runs when it is loaded.",
		"Export the model as ONNX, or save its state_dict as safetensors.",
	),
	"npy.malformed": refused("An array of NumPy is damaged.", "Save it again with numpy.save."),
	"npy.objects": refused(
		"An array of NumPy holds Python objects, which are a pickle.",
		"Save arrays of numbers or fixed-length text (dtype=str), and load them with allow_pickle=False.",
	),
	"keras.lambda": refused(
		"A Keras model holds a Lambda layer: Python code.",
		"Replace it by a layer of Keras, or export the model as ONNX.",
	),
	"keras.unsafe": refused(
		"A Keras model takes something from outside Keras, or switches its protection off.",
		"Export the model as ONNX.",
	),
	"keras.hdf5": refused(
		"A model is in HDF5 (.h5), where Keras does not keep to its safe mode.",
		"Load it where you trust it, save it as .keras or export it as ONNX.",
	),
	"keras.malformed": refused("A .keras file is damaged.", "Save the model again with model.save('model.keras')."),
	"hydra.target": refused(
		"A configuration names a class or function that is imported and called: under _target_ (Hydra, NeMo) or by a Python tag of YAML.",
		"Leave the file out, or write the settings without it.",
	),
};
