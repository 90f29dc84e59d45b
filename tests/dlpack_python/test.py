# SPDX-License-Identifier: MIT
"""Our tensors in NumPy (and PyTorch), theirs in ours: test.py LIBRARY. Exits 77 without NumPy."""
import ctypes
import gc
import sys
from ctypes import c_char_p, c_double, c_int, c_uint64, c_void_p, py_object, pythonapi

try:
    import numpy as np
except ImportError as reason:
    print(f"skipped: {sys.executable} has no NumPy: {reason}")
    sys.exit(77)
numpy_version = tuple(int(part) for part in np.__version__.split(".")[:2])
if numpy_version < (1, 22):
    print(f"skipped: NumPy {np.__version__} is older than 1.22 and has no from_dlpack")
    sys.exit(77)
try:
    import torch
except ImportError:
    torch = None
dlpack_1 = numpy_version >= (2, 1)  # from then on NumPy speaks DLPack 1, and writes what it imports

library = ctypes.CDLL(sys.argv[1])
library.sentence.restype = c_char_p
library.give.argtypes, library.give.restype = [c_char_p, c_char_p, c_int], c_void_p
library.given_element.argtypes, library.given_element.restype = [c_int], c_double
library.take.argtypes = [c_void_p, c_char_p, c_int]
library.fill_taken.argtypes = [c_uint64]
library.fill_expected.argtypes = [c_uint64, c_void_p]
for function, result in (("New", py_object), ("GetPointer", c_void_p), ("SetName", c_int)):
    getattr(pythonapi, "PyCapsule_" + function).restype = result
pythonapi.PyCapsule_New.argtypes = [c_void_p, c_char_p, c_void_p]
pythonapi.PyCapsule_GetPointer.argtypes = [py_object, c_char_p]
pythonapi.PyCapsule_SetName.argtypes = [py_object, c_char_p]

NAMES = {False: b"dltensor", True: b"dltensor_versioned"}
USED = {False: b"used_dltensor", True: b"used_dltensor_versioned"}  # PyCapsule keeps no copy


class Given:
    """A View of ours, as Python's protocol wants it."""

    def __init__(self, dtype, layout="right"):
        self.dtype, self.layout = dtype.encode(), layout.encode()

    def __dlpack_device__(self):
        return (1, 0)

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        versioned = max_version is not None and max_version[0] >= 1
        tensor = library.give(self.dtype, self.layout, versioned)
        assert tensor, library.sentence()
        return pythonapi.PyCapsule_New(tensor, NAMES[versioned], None)


def take(array, dtype, versioned):
    """Our View of somebody's array; the sentence where it is refused."""
    capsule = array.__dlpack__(max_version=(1, 0)) if versioned else array.__dlpack__()
    tensor = pythonapi.PyCapsule_GetPointer(capsule, NAMES[versioned])
    if not library.take(tensor, dtype.encode(), versioned):
        return library.sentence().decode()
    pythonapi.PyCapsule_SetName(capsule, USED[versioned])
    return None


def normals(seed):
    expected = np.empty((2, 3), np.float32)
    library.fill_expected(seed, expected.ctypes.data)
    assert len(np.unique(expected)) == 6
    return expected


def gone():
    gc.collect()
    return library.alive() == 0


def test_numpy_reads_and_writes_ours():
    numbers = np.arange(24).reshape(2, 3, 4)
    for dtype in ("float32", "float64", "float16", "int64", "uint8"):
        for layout in ("right", "left", "part"):
            array = np.from_dlpack(Given(dtype, layout))
            assert array.dtype == dtype and (array == numbers).all(), (dtype, layout)
            assert array.flags.c_contiguous == (layout == "right")
            assert array.flags.f_contiguous == (layout == "left")
            assert array.flags.writeable or not dlpack_1
            if dlpack_1:
                array[1, 2, 3] = 77
                assert library.given_element(23) == 77, (dtype, layout)
            library.forget()
            assert library.alive() == 1 and array[1, 2, 2] == 22  # NumPy alone keeps it
            del array
            assert gone(), (dtype, layout)


def test_const_is_read_only():
    if dlpack_1:
        array = np.from_dlpack(Given("float32", "const"))
        assert not array.flags.writeable and array[1, 2, 3] == 23
        del array
        library.forget()
        assert gone()


def test_we_read_and_write_numpys():
    for versioned in (False, True) if dlpack_1 else (False,):
        for dtype in ("float32", "float64", "float16"):
            large = np.zeros((4, 6), dtype)
            for array in (np.zeros((2, 3), dtype), np.zeros((2, 3), dtype, order="F"),
                          large[1:3, ::2]):
                before = sys.getrefcount(array)
                assert take(array, dtype, versioned) is None
                assert sys.getrefcount(array) == before + 1  # held by the tensor
                library.fill_taken(5)
                library.give_back()
                assert sys.getrefcount(array) == before
                if dtype == "float64":
                    assert np.allclose(array, normals(5), rtol=1e-6)
                else:
                    assert (array == normals(5).astype(dtype)).all(), dtype
            assert not large[0].any() and not large[:, 1].any()


def test_what_is_refused_is_still_numpys():
    array = np.zeros((2, 3), np.float32)
    before = sys.getrefcount(array)
    cases = [(array, "float64", "from_dlpack: dtype must be float64; got float32"),
             (array[0], "float32", "from_dlpack: rank must be 2; got 1"),
             (array[:, ::-1], "float32",
              "from_dlpack: tensor must have strides of 1 or more; got (3, -1)")]
    for refused, dtype, sentence in cases:
        assert take(refused, dtype, False) == sentence, library.sentence()
    del refused, cases
    gc.collect()
    assert sys.getrefcount(array) == before
    if dlpack_1:
        array.flags.writeable = False
        sentence = "from_dlpack: tensor must be writable, or T const; got a read-only tensor"
        assert take(array, "float32", True) == sentence, library.sentence()
        assert take(array, "const float32", True) is None
        library.give_back()


def test_torch():
    for dtype in ("float32", "float64", "float16", "bfloat16", "int64", "uint8"):
        for layout in ("right", "left", "part"):
            tensor = torch.from_dlpack(Given(dtype, layout))
            assert tensor.dtype == getattr(torch, dtype)
            assert (tensor.double() == torch.arange(24.0).reshape(2, 3, 4)).all()
            tensor[1, 2, 3] = 77
            assert library.given_element(23) == 77, (dtype, layout)
            library.forget()
            assert library.alive() == 1
            del tensor
            assert gone(), (dtype, layout)
    for dtype in ("float32", "float64", "float16", "bfloat16"):
        for tensor in (torch.zeros(2, 3, dtype=getattr(torch, dtype)),
                       torch.zeros(3, 2, dtype=getattr(torch, dtype)).T):
            assert take(tensor, dtype, False) is None, library.sentence()
            library.fill_taken(6)
            library.give_back()
            expected = torch.tensor(normals(6)).to(tensor.dtype)
            assert torch.allclose(tensor.float(), expected.float(), rtol=1e-6), dtype


library.start()
for test in [test_numpy_reads_and_writes_ours, test_const_is_read_only,
             test_we_read_and_write_numpys, test_what_is_refused_is_still_numpys]:
    test()
if torch is not None:
    test_torch()
# Python frees this one when it ends, after Kokkos was finalized.
kept = np.from_dlpack(Given("float32"))
library.forget()
library.stop()
assert kept[1, 2, 3] == 23
print(f"NumPy {np.__version__}, " + (f"PyTorch {torch.__version__}" if torch else "no PyTorch"))
