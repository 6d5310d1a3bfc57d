//! Erlang C: how long callers wait for a number of agents.
//!
//! Calls arrive at random, callers who find all agents busy wait for the next free one, nobody
//! hangs up, and handling times are exponential. With calls at a rate λ, a mean handling time τ and
//! N agents:
//!
//! ```text
//! a = λτ                                  load, in agents that it keeps busy (erlangs)
//! ρ = a/N                                 occupancy, the share of time that agents are busy
//! B₀ = 1,  Bₙ = a·Bₙ₋₁/(n + a·Bₙ₋₁)       share lost if nobody could wait (Erlang B)
//! C = N·B/(N − a(1 − B))                  share that waits at all (Erlang C)
//! mean wait  C·τ/(N − a)                  average speed of answer, of all callers
//! P(wait ≤ t)  1 − C·exp(−(N − a)t/τ)     service level
//! ```
//!
//! With no more agents than load, the queue grows without limit: everybody waits, and the mean wait
//! is not finite.
//!
//! Sources: Erlang (1917), "Solution of Some Problems in the Theory of Probabilities of Significance in
//! Automatic Telephone Exchanges", Elektroteknikeren 13, 5–13; Gans, Koole and Mandelbaum (2003),
//! "Telephone Call Centers: Tutorial, Review, and Research Prospects", Manufacturing and Service Operations
//! Management 5(2), 79–141.

use super::domain::{OutOfDomain, ensure, ensure_not_negative, ensure_positive, ensure_whole};

/// The most agents.
pub const MOST_AGENTS: f64 = 100_000.0;

/// A number of agents under a load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Queue {
    agents: f64,
    load: f64,
    handling: f64,
}

impl Queue {
    /// Checks the numbers; rate and time share one unit.
    ///
    /// # Errors
    /// The rate is negative, the time is not above zero, one of them is not finite, or `agents` is not a
    /// whole number from 1 to 100,000.
    pub fn new(rate: f64, handling: f64, agents: f64) -> Result<Self, OutOfDomain> {
        ensure_not_negative("arrival_rate", rate)?;
        ensure_positive("mean_handling_time", handling)?;
        ensure_whole("agents", agents)?;
        ensure((1.0..=MOST_AGENTS).contains(&agents), "agents", "from 1 to 100000", agents)?;
        Ok(Self { agents, load: rate * handling, handling })
    }

    /// How many agents the calls keep busy.
    #[must_use]
    pub fn load(&self) -> f64 {
        self.load
    }

    /// The share of the agents' time that is spent on calls, at most 1: ρ = a/N.
    #[must_use]
    pub fn occupancy(&self) -> f64 {
        (self.load / self.agents).min(1.0)
    }

    /// The share of callers that wait.
    #[must_use]
    pub fn waits(&self) -> f64 {
        if self.load >= self.agents {
            return 1.0;
        }
        let lost = self.lost();
        self.agents * lost / (self.agents - self.load * (1.0 - lost))
    }

    /// How long callers wait, those that do not wait among them. `None` where the queue has no end.
    #[must_use]
    pub fn mean_wait(&self) -> Option<f64> {
        let free = self.agents - self.load;
        (free > 0.0).then(|| self.waits() * self.handling / free)
    }

    /// The share of callers that wait no longer than `target`.
    ///
    /// # Errors
    /// `target` is negative or not finite.
    pub fn answered_within(&self, target: f64) -> Result<f64, OutOfDomain> {
        ensure_not_negative("target_time", target)?;
        let free = (self.agents - self.load).max(0.0);
        Ok(1.0 - self.waits() * (-free * target / self.handling).exp())
    }

    /// Erlang B: the share of callers that would be lost if nobody could wait.
    fn lost(&self) -> f64 {
        let (mut lost, mut n) = (1.0, 0.0);
        while n < self.agents {
            n += 1.0;
            lost = self.load * lost / (n + self.load * lost);
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::assert_close;

    #[test]
    fn queues_are_those_of_fifty_digit_arithmetic() {
        // C by its sum of powers over factorials, with mpmath.
        for (rate, handling, agents, waits, wait, within) in QUEUES {
            let queue = Queue::new(rate, handling, agents).expect("in domain");
            assert_close(queue.waits(), waits, 1e-12);
            assert_close(queue.mean_wait().expect("an end"), wait, 1e-12);
            assert_close(queue.answered_within(20.0).expect("a time"), within, 1e-12);
        }
    }

    #[test]
    fn one_agent_is_as_often_busy_as_there_is_load() {
        // M/M/1: C = ρ, mean wait ρτ/(1 − ρ).
        let queue = Queue::new(0.25, 3.0, 1.0).expect("in domain");
        assert_close(queue.waits(), 0.75, 1e-15);
        assert_close(queue.occupancy(), 0.75, 1e-15);
        assert_close(queue.mean_wait().expect("an end"), 9.0, 1e-14);
        assert_close(queue.answered_within(0.0).expect("a time"), 0.25, 1e-14);
    }

    #[test]
    fn without_calls_nobody_waits_and_with_too_many_all_do() {
        let idle = Queue::new(0.0, 180.0, 4.0).expect("in domain");
        assert_eq!((idle.waits(), idle.mean_wait()), (0.0, Some(0.0)));
        assert_eq!(idle.answered_within(0.0), Ok(1.0));
        for rate in [4.0, 5.0, 1e300] {
            let full = Queue::new(rate, 1.0, 4.0).expect("in domain");
            assert_eq!((full.waits(), full.occupancy(), full.mean_wait()), (1.0, 1.0, None));
            assert_eq!(full.answered_within(1e9), Ok(0.0));
        }
    }

    #[test]
    fn an_impossible_queue_names_the_argument_and_the_rule() {
        for (queue, rule) in [
            (Queue::new(-1.0, 1.0, 1.0), "`arrival_rate` must be finite and >= 0, got -1"),
            (Queue::new(1.0, 0.0, 1.0), "`mean_handling_time` must be finite and > 0, got 0"),
            (Queue::new(1.0, 1.0, 1.5), "`agents` must be a whole number >= 0, got 1.5"),
            (Queue::new(1.0, 1.0, 0.0), "`agents` must be from 1 to 100000, got 0"),
        ] {
            assert_eq!(queue.expect_err("impossible").to_string(), rule);
        }
        let queue = Queue::new(0.1, 1.0, 1.0).expect("in domain");
        assert!(queue.answered_within(-1.0).is_err());
    }

    /// Rate and time in seconds; the service level within 20 seconds.
    const QUEUES: [(f64, f64, f64, f64, f64, f64); 5] = [
        (0.05, 180.0, 10.0, 0.668_731_524_107_697, 120.371_674_339_385_46, 0.401_592_739_835_236_2),
        (
            0.1,
            240.0,
            30.0,
            0.172_862_055_496_837_92,
            6.914_482_219_873_516,
            0.895_153_863_440_221_1,
        ),
        (0.002, 300.0, 1.0, 0.6, 450.0, 0.415_788_550_388_113),
        (1.5, 200.0, 305.0, 0.688_053_727_366_605, 27.522_149_094_664_197, 0.582_674_318_822_596_7),
        (
            30.0,
            100.0,
            3100.0,
            0.042_403_084_304_846_32,
            0.042_403_084_304_846_32,
            0.999_999_999_912_600_7,
        ),
    ];
}
