"""Prints the polynomial coefficients of backends/cpu/fused/vector_math.hpp (needs mpmath).

Each is the minimax polynomial of its function in the relative error named, found by the exchange algorithm of Remez.
"""

import mpmath as mp

mp.mp.prec = 200


def extrema_of(errors, n):
    """At most n places where `errors` of alternating sign are largest."""
    extrema = []
    for k, error in enumerate(errors):
        if extrema and mp.sign(error) == mp.sign(errors[extrema[-1]]):
            if abs(error) > abs(errors[extrema[-1]]):
                extrema[-1] = k
        else:
            extrema.append(k)
    while len(extrema) > n:
        extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
    return extrema


def remez(function, weight, low, high, degree, rounds=30):
    """Coefficients, lowest first, of p with the least largest |weight * (p - function)| on [low, high]."""
    n = degree + 2
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle - half * mp.cos(mp.pi * k / (n - 1)) for k in range(n)]
    grid = [middle - half * mp.cos(mp.pi * k / (60 * n)) for k in range(60 * n + 1)]
    values = [(function(x), weight(x)) for x in grid]
    for _ in range(rounds):
        system = mp.matrix(n, n)
        right = mp.matrix(n, 1)
        for row, x in enumerate(points):
            for column in range(degree + 1):
                system[row, column] = x**column
            system[row, degree + 1] = (-1) ** row / weight(x)
            right[row] = function(x)
        solution = mp.lu_solve(system, right)
        coefficients = [solution[k] for k in range(degree + 1)]
        errors = [w * (mp.polyval(coefficients[::-1], x) - f) for x, (f, w) in zip(grid, values)]
        extrema = extrema_of(errors, n)
        if len(extrema) < n:
            break
        new = [grid[k] for k in extrema]
        if max(abs(a - b) for a, b in zip(new, points)) < mp.mpf(10) ** -12:
            break
        points = new
    return coefficients, max(abs(e) for e in errors)


def rational_remez(function, grid, degree, rounds=40):
    """p and q of this degree, both 1 at 0, lowest power first, with the least largest |p / (q f) - 1| on `grid`."""
    n = 2 * degree + 1
    values = [function(z) for z in grid]
    last = [mp.mpf(1)] * len(grid)  # q of the round before, by which the equations are made those of p / q
    step = len(grid) / n
    points = [int(step * (r + mp.mpf(1) / 2)) for r in range(n)]
    for _ in range(rounds):
        system, right = mp.matrix(n, n), mp.matrix(n, 1)
        for row, i in enumerate(points):
            for power in range(1, degree + 1):
                system[row, power - 1] = grid[i] ** power
                system[row, degree + power - 1] = -values[i] * grid[i] ** power
            system[row, n - 1] = (-1) ** row * values[i] * last[i]
            right[row] = values[i] - 1
        solution = mp.lu_solve(system, right)
        p = [mp.mpf(1)] + [solution[k] for k in range(degree)]
        q = [mp.mpf(1)] + [solution[degree + k] for k in range(degree)]
        last = [mp.polyval(q[::-1], z) for z in grid]
        errors = [mp.polyval(p[::-1], z) / (b * f) - 1 for z, b, f in zip(grid, last, values)]
        new = extrema_of(errors, n)
        if len(new) < n or new == points:
            break
        points = new
    return p, q, max(abs(e) for e in errors)


def show(name, coefficients, error, digits):
    print(f"// {name}: 2^{mp.nstr(mp.log(error, 2), 4)}")
    print("{" + ", ".join(mp.nstr(c, digits) for c in reversed(coefficients)) + "}\n")


def exp_rest(r):
    # (exp(r) - 1 - r) / r^2
    return sum(r**k / mp.factorial(k + 2) for k in range(60))


def log_rest(f):
    # (log(1 + f) - f + f^2 / 2) / f^3
    if abs(f) < mp.mpf(2) ** -20:
        return sum((-1) ** k * f**k / (k + 3) for k in range(12))
    return (mp.log1p(f) - f + f * f / 2) / f**3


def atanh_rest(z):
    # with s = sqrt(z): (2 atanh(s) - 2 s) / s^3 = sum 2 z^k / (2 k + 3)
    return sum(2 * z**k / (2 * k + 3) for k in range(160))


def sin_rest(z):
    return sum((-1) ** (k + 1) * z**k / mp.factorial(2 * k + 3) for k in range(40))


def cos_rest(z):
    return sum((-1) ** k * z**k / mp.factorial(2 * k + 4) for k in range(40))


def erf_exponent(x):
    # -log(erfc(x)) / x
    if x < mp.mpf(2) ** -30:
        return 2 / mp.sqrt(mp.pi) + x * 2 / mp.pi
    return -mp.log(mp.erfc(x)) / x


half_log2 = mp.log(2) / 2 * (1 + mp.mpf(2) ** -20)
low_f, high_f = mp.sqrt(mp.mpf(1) / 2) - 1, mp.sqrt(2) - 1
quarter_pi = (mp.pi / 4 * (1 + mp.mpf(2) ** -12)) ** 2
log_s = (high_f / (2 + high_f)) ** 2
tiny = mp.mpf(2) ** -20  # keeps weights from 0

# q(r) with exp(r) = 1 + r + r^2 q(r); errors relative to exp(r) - 1
for name, degree, digits in (("float32", 4, 10), ("float64", 9, 19)):
    show(f"{name} exp", *remez(exp_rest, lambda r: abs(r) + tiny, -half_log2, half_log2, degree), digits)
# p(f) with log(1 + f) = f - f^2 / 2 + f^3 p(f)
show("float32 log", *remez(log_rest, lambda f: f * f + tiny, low_f, high_f, 7), 10)
# p(z) with log((1 + s) / (1 - s)) = 2 s + s z p(z), z = s^2
show("float64 log", *remez(atanh_rest, lambda z: z + tiny, mp.mpf(0), log_s, 6), 19)
# sin(r) = r + r z p(z), cos(r) = 1 - z / 2 + z^2 p(z), z = r^2
show("float32 sin", *remez(sin_rest, lambda z: z + tiny, mp.mpf(0), quarter_pi, 2), 10)
show("float32 cos", *remez(cos_rest, lambda z: z * z + tiny, mp.mpf(0), quarter_pi, 2), 10)
# erf(x) = 1 - exp(-x p(x)) on [0, 4]
show("float32 erf", *remez(erf_exponent, lambda x: 1 / erf_exponent(x), mp.mpf(0), mp.mpf(4), 10), 10)
# tanh(x) = x p(x^2) / q(x^2) on [0, 9.02]
lengths = [mp.mpf("9.02") * (1 - mp.cos(mp.pi * k / 400)) / 2 for k in range(1, 401)]
p, q, error = rational_remez(lambda z: mp.tanh(mp.sqrt(z)) / mp.sqrt(z), [x * x for x in lengths], 4)
show("float32 tanh, p", p, error, 12)
show("float32 tanh, q", q, error, 12)
