"""Y3 and Y4 by PyTorch; loops are Python's, as PyTorch has none."""

import loops
import measure
import torch

ARGUMENTS = measure.parse_arguments(loops.ROWS[:2], mode=["compiled", "eager"])
PEER = "pytorch-compiled" if ARGUMENTS.mode == "compiled" else "pytorch"
torch.set_num_threads(measure.THREADS)


def logistic_regression():
    x, y = map(torch.from_numpy, loops.classification())

    def cost(w, b):
        p_1 = 1 / (1 + torch.exp(-(x @ w) - b))
        cross_entropy = -y * torch.log(p_1) - (1 - y) * torch.log(1 - p_1)
        return cross_entropy.mean() + 0.01 * (w**2).sum(), (p_1 > 0.5, cross_entropy)

    def step(w, b):
        gradients, results = torch.func.grad(cost, argnums=(0, 1), has_aux=True)(w, b)
        return [p - 0.1 * g for p, g in zip([w, b], gradients)], results

    def make():
        run = torch.compile(step) if ARGUMENTS.mode == "compiled" else step
        state = [[torch.zeros(loops.FEATURES), torch.zeros(())]]

        def call():
            state[0], _ = run(*state[0])

        return call

    loops.report(ARGUMENTS, PEER, {ARGUMENTS.mode: make})


def recurrence():
    weights, x = map(torch.from_numpy, loops.recurrence())

    @torch.no_grad()
    def forward():
        return states(weights)

    def states(weights):
        s, all_states = torch.zeros(loops.UNITS), []
        for x_t in x:
            s = torch.tanh(weights @ s + x_t)
            all_states.append(s)
        return torch.stack(all_states)

    def gradient():
        variable = weights.clone().requires_grad_()
        return torch.autograd.grad((states(variable) ** 2).sum(), variable)[0]

    loops.report(ARGUMENTS, PEER, {"eager": lambda: forward}, loops.STEPS, "forward", loops.check_states)
    loops.report(ARGUMENTS, PEER, {"eager": lambda: gradient}, loops.STEPS, "gradient")


{"Y3": logistic_regression, "Y4": recurrence}[ARGUMENTS.row]()
