import type { AllowedNames } from "./allow-list.ts";

/*
 * The allow-list of pickles, without scikit-learn and torch. A name stands here when a file that a tool really writes needs it and when no
 * arguments make it import, open, run or look up anything else. Source: files of scikit-learn 1.3, 1.6 and 1.9, joblib 1.6, numpy 1.26
 * and 2.4, scipy 1.17, xgboost 3.2 and lightgbm 4.7 in protocols 0 to 5, and what Python itself gives for plain data.
 *
 * Never, whatever needs it: builtins getattr, eval, exec, compile, open, __import__, apply, type; anything of os, posix, nt, sys, subprocess,
 * importlib, pkgutil (resolve_name reaches everything), operator, functools (partial), runpy, types, ctypes, code, marshal, pickle, shelve;
 * joblib.load, numpy.load, numpy.f2py, numpy.testing, pandas.read_pickle, torch.load, torch.hub; torch.storage._load_from_bytes (a pickle
 * in bytes); __main__ (code of the loading program); a dotted name (it walks attributes). Nothing is allowed by prefix or by module.
 */

export const PYTHON_NAMES: AllowedNames = {
	builtins: {
		class: "bool bytes complex float frozenset int object range slice",
		mapping: "dict",
		sequence: "list",
		function: "bytearray set tuple",
		value: "str",
	},
	// Python 2 and protocols 0 to 2 spell it so; Python 3 reads it as builtins.
	__builtin__: {
		class: "bool bytes complex float frozenset int object slice xrange",
		mapping: "dict",
		sequence: "list",
		function: "bytearray set tuple",
		value: "long str unicode",
	},
	_codecs: { function: "encode" },
	collections: { mapping: "Counter OrderedDict defaultdict", sequence: "deque" },
	copyreg: { maker: "_reconstructor" },
	copy_reg: { maker: "_reconstructor" },
	datetime: { class: "date datetime time timedelta timezone" },
	decimal: { class: "Decimal" },
	fractions: { class: "Fraction" },
	uuid: { class: "UUID" },
};

const ARRAY_MAKERS = { maker: "_reconstruct", function: "scalar" };
const SCALARS =
	"bool_ bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 intc float16 float32 float64 longdouble complex64 complex128 str_ " +
	"bytes_ object_ void datetime64 timedelta64 generic number integer signedinteger unsignedinteger inexact floating";

/** Functions of one array: they stand in FunctionTransformer and as poolings. */
const ELEMENTWISE =
	"abs absolute cbrt ceil clip cos exp exp2 expm1 floor log log10 log1p log2 max maximum mean median min minimum nan_to_num negative " +
	"reciprocal rint sign sin sqrt square std sum tan tanh var";

export const NUMPY_NAMES: AllowedNames = {
	numpy: { class: `dtype ndarray ${SCALARS}`, function: ELEMENTWISE },
	"numpy.core.multiarray": ARRAY_MAKERS,
	"numpy._core.multiarray": ARRAY_MAKERS,
	"numpy.core.numeric": { maker: "_frombuffer" },
	"numpy._core.numeric": { maker: "_frombuffer" },
	"numpy.dtypes": {
		class:
			"BoolDType Int8DType Int16DType Int32DType Int64DType UInt8DType UInt16DType UInt32DType UInt64DType Float16DType Float32DType " +
			"Float64DType Complex64DType Complex128DType ObjectDType StrDType BytesDType",
	},
	"numpy.ma": { class: "MaskedArray" },
	"numpy.ma.core": { class: "MaskedArray", maker: "_mareconstruct" },
	"numpy.random._pickle": { maker: "__bit_generator_ctor __generator_ctor __randomstate_ctor" },
	"numpy.random._mt19937": { class: "MT19937" },
	"numpy.random._pcg64": { class: "PCG64 PCG64DXSM" },
	"numpy.random._philox": { class: "Philox" },
	"numpy.random._sfc64": { class: "SFC64" },
	"numpy.random.bit_generator": { class: "SeedSequence", maker: "__pyx_unpickle_SeedSequence" },
};

const SPARSE = { class: "bsr_matrix coo_matrix csc_matrix csr_matrix dia_matrix dok_matrix lil_matrix" };

export const SCIPY_NAMES: AllowedNames = {
	"scipy.sparse._bsr": { class: "bsr_array bsr_matrix" },
	"scipy.sparse._coo": { class: "coo_array coo_matrix" },
	"scipy.sparse._csc": { class: "csc_array csc_matrix" },
	"scipy.sparse._csr": { class: "csr_array csr_matrix" },
	"scipy.sparse._dia": { class: "dia_array dia_matrix" },
	"scipy.sparse": SPARSE,
	"scipy.sparse.csr": { class: "csr_matrix" },
	"scipy.sparse.csc": { class: "csc_matrix" },
	"scipy.interpolate._bsplines": { class: "BSpline" },
	"scipy._lib.array_api_compat.numpy._aliases": { value: "asarray" },
	"scipy.special._ufuncs": { value: "expit logit" },
};

export const BOOSTING_NAMES: AllowedNames = {
	"joblib.numpy_pickle": { class: "NumpyArrayWrapper" },
	"xgboost.core": { class: "Booster" },
	"xgboost.sklearn": { class: "XGBClassifier XGBModel XGBRFClassifier XGBRFRegressor XGBRanker XGBRegressor" },
	"lightgbm.basic": { class: "Booster" },
	"lightgbm.sklearn": { class: "LGBMClassifier LGBMModel LGBMRanker LGBMRegressor" },
};
