"""Reference values for src/kernel, from fifty-digit arithmetic.

An independent route: the published closed forms with hypergeometric functions,
where the kernel averages over a Beta distribution, and plain bisection for the
quantiles of Student's t. Run with `pip install mpmath`, then
`python tests/reference/bgnbd.py`; the tests hold what it prints.
"""

from mpmath import betainc, exp, hyp2f1, log, loggamma, mp, mpf, psi, quad

mp.dps = 50

R, ALPHA, A, B = (mpf(text) for text in ("0.243", "4.414", "0.793", "2.426"))


def log_likelihood(x, t_x, age, r=R, alpha=ALPHA, a=A, b=B):
    stayed = (alpha + age) ** -(r + x)
    left = a / (b + x - 1) * (alpha + t_x) ** -(r + x) if x else 0
    return (
        loggamma(r + x) - loggamma(r) + r * log(alpha)
        + loggamma(a + b) + loggamma(b + x) - loggamma(b) - loggamma(a + b + x)
        + log(stayed + left)
    )


def p_alive(x, t_x, age):
    if x == 0:
        return mpf(1)
    return 1 / (1 + A / (B + x - 1) * ((ALPHA + age) / (ALPHA + t_x)) ** (R + x))


def purchases_if_alive(x, age, horizon, r=R, alpha=ALPHA, a=A, b=B):
    z = horizon / (alpha + age + horizon)
    power = ((alpha + age) / (alpha + age + horizon)) ** (r + x)
    return (a + b + x - 1) / (a - 1) * (1 - power * hyp2f1(r + x, b + x, a + b + x - 1, z))


def residual_if_alive(x, age, rate):
    """Discounts the rate of purchases, which is the derivative of the above."""
    shape, scale = R + x, ALPHA + age

    def density(t):
        return shape / scale * hyp2f1(shape + 1, A, A + B + x, -t / scale)

    bounds = [0, 10, 100, 1000, 10000, 100000]
    return quad(lambda t: exp(-rate * t) * density(t), bounds)


def t_quantile(freedom):
    low, high = mpf(1), mpf(1000)
    for _ in range(180):
        middle = (low + high) / 2
        share = freedom / (freedom + middle**2)
        tail = betainc(freedom / 2, mpf(1) / 2, 0, share, regularized=True) / 2
        low, high = (middle, high) if tail > mpf("0.025") else (low, middle)
    return low


def show(*values):
    print("  ".join(mp.nstr(value, 18) for value in values))


if __name__ == "__main__":
    age = mpf(272) / 7
    print("x, t_x, T: log-likelihood, P(alive), E[Y(39)], DERT at 0.0027")
    for x, t_x, age_ in [
        (2, mpf(213) / 7, age),
        (1, mpf(12) / 7, age),
        (0, mpf(0), age),
        (7, mpf(206) / 7, age),
        (29, mpf(265) / 7, age),
        (1, mpf(180) / 7, mpf(27)),
        (20, mpf(5), age),
    ]:
        alive = p_alive(x, t_x, age_)
        mp.dps = 25
        residual = alive * residual_if_alive(x, age_, mpf("0.0027"))
        mp.dps = 50
        show(
            log_likelihood(x, t_x, age_),
            alive,
            alive * purchases_if_alive(x, age_, 39),
            residual,
        )
    print("E[X(t)] of a new customer at t = 1/7, 1, 3, 39, 78")
    show(*(purchases_if_alive(0, 0, t) for t in (mpf(1) / 7, 1, 3, 39, 78)))
    print("a = 1 + 1e-22; a + b + x < 1")
    show(
        purchases_if_alive(3, 30, 10, mpf("0.5"), 5, 1 + mpf("1e-22"), 2),
        purchases_if_alive(0, 1, 30, mpf("0.11"), mpf("2.24"), mpf("0.31"), mpf("0.5")),
    )
    print("digamma and trigamma")
    for z in (0.001, 0.25, 1.0, 3.7, 10.0, 1234.5):
        show(psi(0, mpf(z)), psi(1, mpf(z)))
    print("97.5 % points of t")
    show(*(t_quantile(mpf(freedom)) for freedom in (0.5, 1, 1.7, 2, 5, 9.25, 29, 249)))
