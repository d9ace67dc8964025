import type { AllowedNames } from "./allow-list.ts";

/*
 * What a file of tensors needs: what torch.load(weights_only=True) takes, without what sets attributes of tensors or names functions
 * (_rebuild_from_type_v2, _rebuild_parameter_with_state, _rebuild_wrapper_subclass) and without torch.storage._load_from_bytes, a pickle
 * in bytes. Whole modules (torch.save(model)) need classes of torch.nn and of the project, and are refused: save a state dict.
 */

const STORAGES =
	"BFloat16Storage BoolStorage ByteStorage CharStorage ComplexDoubleStorage ComplexFloatStorage DoubleStorage FloatStorage HalfStorage " +
	"IntStorage LongStorage QInt32Storage QInt8Storage QUInt2x4Storage QUInt4x2Storage QUInt8Storage ShortStorage";
const DTYPES =
	"bfloat16 bool complex128 complex32 complex64 float16 float32 float64 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz half " +
	"int16 int32 int64 int8 qint32 qint8 quint8 uint16 uint32 uint64 uint8";

export const TORCH_NAMES: AllowedNames = {
	torch: { class: "Size device", value: `${STORAGES} ${DTYPES} Tensor per_tensor_affine per_channel_affine strided` },
	"torch.storage": { value: "TypedStorage UntypedStorage" },
	"torch._utils": {
		function: "_rebuild_parameter _rebuild_qtensor _rebuild_sparse_tensor _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3",
	},
	"torch.nn.parameter": { value: "Parameter" },
	"torch.serialization": { function: "_get_layout" },
};
