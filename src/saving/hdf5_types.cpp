#include "saving/hdf5_types.hpp"

namespace kerascpp {
namespace {

hid_t half_type() {
  static const hid_t type = [] {
    const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(half, 15, 10, 5, 0, 10);  // sign, exponent and mantissa of binary16
    H5Tset_size(half, 2);
    H5Tset_ebias(half, 15);
    return half;
  }();
  return type;
}

/// A bool as h5py stores it: an enumeration of FALSE and TRUE over int8.
hid_t bool_type() {
  static const hid_t type = [] {
    const hid_t boolean = H5Tenum_create(H5T_NATIVE_INT8);
    signed char value = 0;
    H5Tenum_insert(boolean, "FALSE", &value);
    value = 1;
    H5Tenum_insert(boolean, "TRUE", &value);
    return boolean;
  }();
  return type;
}

}  // namespace

hid_t hdf5_type(DType dtype) {
  switch (dtype) {
    case DType::Bool:
      return bool_type();
    case DType::UInt8:
      return H5T_NATIVE_UINT8;
    case DType::UInt16:
      return H5T_NATIVE_UINT16;
    case DType::UInt32:
      return H5T_NATIVE_UINT32;
    case DType::UInt64:
      return H5T_NATIVE_UINT64;
    case DType::Int8:
      return H5T_NATIVE_INT8;
    case DType::Int16:
      return H5T_NATIVE_INT16;
    case DType::Int32:
      return H5T_NATIVE_INT32;
    case DType::Int64:
      return H5T_NATIVE_INT64;
    case DType::Float16:
      return half_type();
    case DType::Float32:
      return H5T_NATIVE_FLOAT;
    case DType::Float64:
      return H5T_NATIVE_DOUBLE;
    case DType::BFloat16:
    case DType::Complex64:
    case DType::Complex128:
      return -1;
  }
  return -1;
}

}  // namespace kerascpp
