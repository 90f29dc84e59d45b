// SPDX-License-Identifier: MIT
// Must not compile: device code that calls what is the host's alone.
int host_only(int i) { return i + 1; }

__host__ __device__ int on_both(int i) { return host_only(i); }

__global__ void kernel(int* to) { *to = on_both(1); }
