/* SPDX-License-Identifier: MIT */
/* For a compiler whose OpenMP runtime is not the one that Kokkos was built with: what Kokkos'
   headers call, found in Kokkos' own runtime at link; pragmas are not compiled, so one thread
   runs. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

int omp_get_level(void);
int omp_get_max_active_levels(void);
int omp_get_max_threads(void);
int omp_get_nested(void);
int omp_get_num_threads(void);
int omp_get_thread_num(void);
int omp_in_parallel(void);
void omp_set_num_threads(int);

#ifdef __cplusplus
}
#endif
