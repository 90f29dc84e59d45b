# SPDX-License-Identifier: MIT
"""The peers: the formulas of Nichol & Dhariwal (2021) as eager PyTorch runs them, with tables in
float64 that every call gathers, casts and broadcasts; the same under torch.compile; diffusers."""
import dataclasses
import math

import diffusers
import numpy as np
import torch

BATCH = (16, 3, 256, 256)
RUN_BATCH = (64, 3, 32, 32)
STEPS = 1000
T_MIDDLE = 500


class Diffusion:
    """A cosine process by its betas."""

    def __init__(self, betas, steps_of_original=None):
        alphas = 1 - betas
        bar = np.cumprod(alphas)
        bar_prev = np.append(1.0, bar[:-1])
        self.steps = len(betas)
        self.timestep_map = steps_of_original
        self.betas, self.bar, self.bar_prev = betas, bar, bar_prev
        self.log_betas = np.log(betas)
        self.sqrt_bar, self.sqrt_rest = np.sqrt(bar), np.sqrt(1 - bar)
        self.sqrt_recip, self.sqrt_recipm1 = np.sqrt(1 / bar), np.sqrt(1 / bar - 1)
        variance = betas * (1 - bar_prev) / (1 - bar)
        self.log_variance_clipped = np.log(np.append(variance[1], variance[1:]))
        self.large = np.append(variance[1], betas[1:])
        self.log_large = np.log(self.large)
        self.coef_start = betas * np.sqrt(bar_prev) / (1 - bar)
        self.coef_t = (1 - bar_prev) * np.sqrt(alphas) / (1 - bar)

    def gather(self, table, t, shape):
        values = torch.from_numpy(table)[t].float()
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
        x = torch.randn(*shape)
        timestep_map = torch.tensor(self.timestep_map)
        for i in reversed(range(self.steps)):
            t = torch.tensor([i] * shape[0])
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


def respaced(betas, count):
    kept = [round(i * (len(betas) - 1) / (count - 1)) for i in range(count)]
    bar = np.cumprod(1 - betas)[kept]
    return Diffusion(1 - bar / np.append(1.0, bar[:-1]), kept)


@dataclasses.dataclass
class Operation:
    name: str     # of bench --serve
    shape: tuple
    mark: float   # how many times our time the eager peer is to take at least
    peers: dict   # name: a call


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
    made = kind(num_train_timesteps=STEPS, beta_schedule="squaredcos_cap_v2", clip_sample=True,
                prediction_type="epsilon", **settings)
    made.set_timesteps(STEPS)
    return made


def diffusers_run(output):
    ddpm = scheduler(diffusers.DDPMScheduler, variance_type="learned_range")
    ddpm.set_timesteps(50)

    def run():
        x = torch.randn(*RUN_BATCH)
        for t in ddpm.timesteps:
            x = ddpm.step(output, t, x).prev_sample
        return x
    return run


def operations(threads, wants_compiled):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    process = Diffusion(cosine_betas(STEPS))
    spaced = respaced(cosine_betas(STEPS), 50)
    x_start, x_t, eps, noise = levels(*BATCH), levels(*BATCH), levels(*BATCH), torch.randn(*BATCH)
    output, run_output = levels(*twice(BATCH)), levels(*twice(RUN_BATCH))
    one_t = torch.full((BATCH[0],), T_MIDDLE)
    many_t = ((2 * torch.arange(BATCH[0]) + 1) * STEPS) // (2 * BATCH[0])
    ddpm = scheduler(diffusers.DDPMScheduler, variance_type="learned_range")
    ddpm_fixed = scheduler(diffusers.DDPMScheduler, variance_type="fixed_large")
    ddim = scheduler(diffusers.DDIMScheduler)

    def compiled(function):
        return torch.compile(function, dynamic=False)

    def make(name, mark, function, others=None, shape=BATCH, compiles=True, learns=None):
        """`function(compile)`: a call, of compiled parts if compile is `compiled`."""
        wrap = (lambda call: call) if learns else no_grad
        peers = {"eager": wrap(function(lambda f: f))}
        if wants_compiled and compiles:
            peers["compiled"] = wrap(function(compiled))
        peers.update({key: no_grad(call) for key, call in (others or {}).items()})
        return Operation(name, shape, mark, peers)

    def call(method, *given):
        return lambda form: (lambda f: lambda: f(*given))(form(method))

    def gradient(method, *given):
        return lambda form: with_gradient(form(method), *given)

    training = (output, x_start, x_t, many_t, noise)
    return [
        make("p_sample", 20, call(process.p_sample, output, x_t, one_t, True),
             {"diffusers": lambda: ddpm.step(output, T_MIDDLE, x_t).prev_sample}),
        make("p_sample_fixed", None, call(process.p_sample, eps, x_t, one_t, False),
             {"diffusers": lambda: ddpm_fixed.step(eps, T_MIDDLE, x_t).prev_sample}),
        make("ddim_sample", 60, call(process.ddim_sample, eps, x_t, one_t),
             {"diffusers": lambda: ddim.step(eps, T_MIDDLE, x_t).prev_sample}),
        make("q_sample", 10, call(process.q_sample, x_start, many_t),
             {"diffusers": lambda: ddpm.add_noise(x_start, torch.randn_like(x_start), many_t)}),
        make("fill_normal", 3.5, call(torch.randn, *BATCH), compiles=False),
        make("hybrid_loss", 25, call(process.hybrid_loss, *training)),
        make("hybrid_loss_gradient", 25, gradient(process.hybrid_loss, *training), learns=True),
        make("kl_loss_gradient", 25, gradient(process.kl_loss, *training), learns=True),
        make("sample_50_steps", 15, call(spaced.run, run_output, RUN_BATCH),
             {"diffusers": diffusers_run(run_output)}, RUN_BATCH, compiles=False),
    ]


def versions():
    return {"torch": torch.__version__, "diffusers": diffusers.__version__,
            "numpy": np.__version__, "torch_threads": torch.get_num_threads()}
