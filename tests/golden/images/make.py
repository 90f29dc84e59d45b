# SPDX-License-Identifier: MIT
"""make.py <folder of glyphs>: PSNR and SSIM of pairs of images by scikit-image (0.26.0 made these).

Four digits with noise, and waves in two channels of 20 by 17. SSIM is the mean over channels, each
with Gaussian weights of deviation 1.5 and without the sample's correction of covariances.
"""

import pathlib
import sys

import numpy
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

random = numpy.random.default_rng(7)
levels = numpy.load(pathlib.Path(sys.argv[1]) / "test_images.npy")[:4].astype(numpy.float64)
digits = levels / 127.5 - 1
noisy = numpy.clip(digits + 0.2 * random.standard_normal(digits.shape), -1, 1)
rows, columns = numpy.arange(20)[:, None], numpy.arange(17)[None]
waves = numpy.stack([
    numpy.stack([numpy.sin(0.3 * b + 0.5 * rows * numpy.cos(c) + 0.2 * columns) for c in range(2)])
    for b in range(3)])
other = 0.7 * waves + 0.1 + 0.1 * random.standard_normal(waves.shape)

for name, x, y in (("glyphs", digits, noisy), ("waves", waves, other)):
    ssim = [numpy.mean([structural_similarity(p, q, gaussian_weights=True, sigma=1.5,
                                              use_sample_covariance=False, data_range=2)
                        for p, q in zip(a, b)]) for a, b in zip(x, y)]
    psnr = [peak_signal_noise_ratio(a, b, data_range=2) for a, b in zip(x, y)]
    for part, array in (("x", x), ("y", y), ("ssim", ssim), ("psnr", psnr)):
        numpy.save(f"{name}_{part}.npy", numpy.array(array))
