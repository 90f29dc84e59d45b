// SPDX-License-Identifier: MIT
#include "use.hpp"

template void use<One>(const Exec&, const One&, const iddpm::Tensor<float, 4, Exec>&,
                       const iddpm::Tensor<float, 4, Exec>&, const iddpm::Tensor<float, 1, Exec>&);
