# SPDX-License-Identifier: MIT
"""The peers: the formulas of Nichol & Dhariwal (2021) as eager PyTorch runs them, with tables in
float64 that every call gathers, casts and broadcasts; the same under torch.compile; diffusers."""
import dataclasses
import functools
import math

import numpy as np
import torch

try:
    import diffusers
except ImportError:  # then it is no contender
    diffusers = None

BATCH = (16, 3, 256, 256)
LARGE_BATCH = (10000, 4, 50, 50)  # of bench's growth: what no cache of a device holds
RUN_BATCH = (64, 3, 32, 32)
GROWING = ["p_sample", "ddim_sample", "q_sample", "fill_normal", "hybrid_loss_gradient"]
STEPS = 1000
T_MIDDLE = 500


class Diffusion:
    """A cosine process by its betas."""

    def __init__(self, betas, device, steps_of_original=None):
        alphas = 1 - betas
        bar = np.cumprod(alphas)
        bar_prev = np.append(1.0, bar[:-1])
        self.steps = len(betas)
        self.timestep_map = steps_of_original
        self.bar, self.bar_prev = bar, bar_prev
        self.log_betas = np.log(betas)
        self.sqrt_bar, self.sqrt_rest = np.sqrt(bar), np.sqrt(1 - bar)
        self.sqrt_recip, self.sqrt_recipm1 = np.sqrt(1 / bar), np.sqrt(1 / bar - 1)
        variance = betas * (1 - bar_prev) / (1 - bar)
        self.log_variance_clipped = np.log(np.append(variance[1], variance[1:]))
        self.large = np.append(variance[1], betas[1:])
        self.log_large = np.log(self.large)
        self.coef_start = betas * np.sqrt(bar_prev) / (1 - bar)
        self.coef_t = (1 - bar_prev) * np.sqrt(alphas) / (1 - bar)
        for name, table in list(vars(self).items()):
            if isinstance(table, np.ndarray):
                setattr(self, name, torch.from_numpy(table).to(device))

    def gather(self, table, t, shape):
        values = table[t].float()
        return values.view(-1, *[1] * (len(shape) - 1)).expand(shape)

    def x_start(self, x_t, t, eps):
        return (self.gather(self.sqrt_recip, t, x_t.shape) * x_t -
                self.gather(self.sqrt_recipm1, t, x_t.shape) * eps)

    def posterior_mean(self, x_start, x_t, t):
        return (self.gather(self.coef_start, t, x_t.shape) * x_start +
                self.gather(self.coef_t, t, x_t.shape) * x_t)

    def p_mean_variance(self, output, x_t, t, learned, clip=True):
        if learned:
            output, v = torch.split(output, x_t.shape[1], dim=1)
            low = self.gather(self.log_variance_clipped, t, x_t.shape)
            high = self.gather(self.log_betas, t, x_t.shape)
            fraction = (v + 1) / 2
            log_variance = fraction * high + (1 - fraction) * low
            variance = torch.exp(log_variance)
        else:
            variance = self.gather(self.large, t, x_t.shape)
            log_variance = self.gather(self.log_large, t, x_t.shape)
        x_start = self.x_start(x_t, t, output)
        if clip:
            x_start = x_start.clamp(-1, 1)
        return self.posterior_mean(x_start, x_t, t), variance, log_variance, x_start

    def p_sample(self, output, x_t, t, learned):
        mean, _, log_variance, _ = self.p_mean_variance(output, x_t, t, learned)
        noise = torch.randn_like(x_t)
        is_noisy = (t != 0).float().view(-1, *[1] * (x_t.dim() - 1))
        return mean + is_noisy * torch.exp(0.5 * log_variance) * noise

    def ddim_sample(self, output, x_t, t, eta=0.0):
        _, _, _, x_start = self.p_mean_variance(output, x_t, t, False)
        eps = ((self.gather(self.sqrt_recip, t, x_t.shape) * x_t - x_start) /
               self.gather(self.sqrt_recipm1, t, x_t.shape))
        bar = self.gather(self.bar, t, x_t.shape)
        bar_prev = self.gather(self.bar_prev, t, x_t.shape)
        sigma = (eta * torch.sqrt((1 - bar_prev) / (1 - bar)) * torch.sqrt(1 - bar / bar_prev))
        noise = torch.randn_like(x_t)
        mean = x_start * torch.sqrt(bar_prev) + torch.sqrt(1 - bar_prev - sigma**2) * eps
        is_noisy = (t != 0).float().view(-1, *[1] * (x_t.dim() - 1))
        return mean + is_noisy * sigma * noise

    def q_sample(self, x_start, t):
        noise = torch.randn_like(x_start)
        return (self.gather(self.sqrt_bar, t, x_start.shape) * x_start +
                self.gather(self.sqrt_rest, t, x_start.shape) * noise)

    def bound(self, output, x_start, x_t, t):
        """Bits per dimension of each sample; both branches for all, then a choice, as usual."""
        true_mean = self.posterior_mean(x_start, x_t, t)
        true_log = self.gather(self.log_variance_clipped, t, x_t.shape)
        mean, _, log_variance, _ = self.p_mean_variance(output, x_t, t, True, clip=False)
        kl = 0.5 * (-1.0 + log_variance - true_log + torch.exp(true_log - log_variance) +
                    (true_mean - mean)**2 * torch.exp(-log_variance))
        nll = -discretized_log_likelihood(x_start, mean, 0.5 * log_variance)
        return torch.where(t == 0, flat_mean(nll), flat_mean(kl)) / math.log(2)

    def hybrid_loss(self, output, x_start, x_t, t, noise):
        eps, v = torch.split(output, x_t.shape[1], dim=1)
        frozen = torch.cat([eps.detach(), v], dim=1)
        vb = self.bound(frozen, x_start, x_t, t) * (self.steps / 1000)
        return flat_mean((noise - eps)**2) + vb

    def kl_loss(self, output, x_start, x_t, t, noise):
        return self.bound(output, x_start, x_t, t) * self.steps

    def run(self, output, shape):
        x = torch.randn(*shape, device=output.device)
        timestep_map = torch.tensor(self.timestep_map, device=output.device)
        for i in reversed(range(self.steps)):
            t = torch.tensor([i] * shape[0], device=output.device)
            _ = timestep_map[t].float()  # what the network would be given
            x = self.p_sample(output, x, t, True)
        return x


def flat_mean(x):
    return x.mean(dim=list(range(1, x.dim())))


def normal_cdf(x):
    return 0.5 * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3)))


def discretized_log_likelihood(x, mean, log_scale):
    centered, inverse = x - mean, torch.exp(-log_scale)
    above = normal_cdf(inverse * (centered + 1 / 255))
    below = normal_cdf(inverse * (centered - 1 / 255))
    lowest = torch.log(above.clamp(min=1e-12))
    highest = torch.log((1 - below).clamp(min=1e-12))
    between = torch.log((above - below).clamp(min=1e-12))
    return torch.where(x < -0.999, lowest, torch.where(x > 0.999, highest, between))


def cosine_betas(steps):
    def bar(u):
        return math.cos((u + 0.008) / 1.008 * math.pi / 2)**2
    return np.array([min(1 - bar((i + 1) / steps) / bar(i / steps), 0.999) for i in range(steps)])


def respaced(betas, count, device):
    kept = [round(i * (len(betas) - 1) / (count - 1)) for i in range(count)]
    bar = np.cumprod(1 - betas)[kept]
    return Diffusion(1 - bar / np.append(1.0, bar[:-1]), device, kept)


@dataclasses.dataclass
class Operation:
    name: str     # of bench --serve
    shape: tuple
    mark: float   # how many times our time the eager peer is to take at least
    peers: dict   # name: a call
    is_large: bool = False  # bench's case with the most elements


def levels(*shape):
    """8-bit values in [-1, 1], like a batch of images."""
    return torch.randint(0, 256, shape).float() / 127.5 - 1


def twice(shape):
    return (shape[0], 2 * shape[1], *shape[2:])


def no_grad(call):
    def run():
        with torch.no_grad():
            return call()
    return run


def with_gradient(loss, output, *arguments):
    """The loss of a batch, and its gradient with respect to the network's output."""
    leaf = output.clone().requires_grad_()

    def run():
        leaf.grad = None
        loss(leaf, *arguments).sum().backward()
        return leaf.grad
    return run


def scheduler(kind, **settings):
    made = getattr(diffusers, kind)(
        num_train_timesteps=STEPS, beta_schedule="squaredcos_cap_v2", clip_sample=True,
        prediction_type="epsilon", **settings)
    made.set_timesteps(STEPS)
    return made


def diffusers_run(output):
    ddpm = scheduler("DDPMScheduler", variance_type="learned_range")
    ddpm.set_timesteps(50)

    def run():
        x = torch.randn(*RUN_BATCH, device=output.device)
        for t in ddpm.timesteps:
            x = ddpm.step(output, t, x).prev_sample
        return x
    return run


def operations(threads, wants_compiled, device):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    process = Diffusion(cosine_betas(STEPS), device)
    spaced = respaced(cosine_betas(STEPS), 50, device)
    batch = BATCH if device == "cpu" else LARGE_BATCH
    with torch.device(device):
        x_start, x_t, eps, noise = (levels(*batch) for _ in range(4))
        output, run_output = levels(*twice(batch)), levels(*twice(RUN_BATCH))
        one_t = torch.full((batch[0],), T_MIDDLE)
        many_t = ((2 * torch.arange(batch[0]) + 1) * STEPS) // (2 * batch[0])

    def compiled(function):
        return torch.compile(function, dynamic=False)

    def make(name, mark, function, others=None, shape=batch, compiles=True, learns=None):
        """`function(compile)`: a call, of compiled parts if compile is `compiled`."""
        wrap = (lambda call: call) if learns else no_grad
        peers = {"eager": wrap(function(lambda f: f))}
        if wants_compiled and compiles:
            peers["compiled"] = wrap(function(compiled))
        if diffusers is not None:
            peers.update({key: no_grad(call()) for key, call in (others or {}).items()})
        is_large = device != "cpu" and shape is batch
        if device != "cpu":
            mark = None if name == "fill_normal" else 8
        return Operation(name, shape, mark, peers, is_large)

    def call(method, *given):
        return lambda form: (lambda f: lambda: f(*given))(form(method))

    def gradient(method, *given):
        return lambda form: with_gradient(form(method), *given)

    def step(kind, model_output, **settings):
        def peer():
            made = scheduler(kind, **settings)
            return lambda: made.step(model_output, T_MIDDLE, x_t).prev_sample
        return peer

    def add_noise():
        made = scheduler("DDPMScheduler")
        return lambda: made.add_noise(x_start, torch.randn_like(x_start), many_t)

    training = (output, x_start, x_t, many_t, noise)
    all_of_them = [
        make("p_sample", 20, call(process.p_sample, output, x_t, one_t, True),
             {"diffusers": step("DDPMScheduler", output, variance_type="learned_range")}),
        make("p_sample_fixed", None, call(process.p_sample, eps, x_t, one_t, False),
             {"diffusers": step("DDPMScheduler", eps, variance_type="fixed_large")}),
        make("ddim_sample", 60, call(process.ddim_sample, eps, x_t, one_t),
             {"diffusers": step("DDIMScheduler", eps)}),
        make("q_sample", 10, call(process.q_sample, x_start, many_t), {"diffusers": add_noise}),
        make("fill_normal", 3.5, call(functools.partial(torch.randn, device=device), *batch),
             compiles=False),
        make("hybrid_loss", 25, call(process.hybrid_loss, *training)),
        make("hybrid_loss_gradient", 25, gradient(process.hybrid_loss, *training), learns=True),
        make("kl_loss_gradient", 25, gradient(process.kl_loss, *training), learns=True),
        make("sample_50_steps", 15, call(spaced.run, run_output, RUN_BATCH),
             {"diffusers": lambda: diffusers_run(run_output)}, RUN_BATCH, compiles=False),
    ]
    # bench has the others at the headline's size only, which a device's cache holds.
    return [o for o in all_of_them if not o.is_large or o.name in GROWING]


def synchronize():
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def versions():
    return {"torch": torch.__version__, "numpy": np.__version__,
            "diffusers": diffusers.__version__ if diffusers else "not there",
            "torch_threads": torch.get_num_threads(),
            "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"}
