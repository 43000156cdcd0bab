//! Random numbers that are the same on every machine and in every year: SplitMix64 (Steele, Lea and Flood, 2014).
//! Shared with the tests in tests/support.
#![allow(dead_code, reason = "no benchmark or test uses all of it")]

/// A sequence of random numbers given by its seed.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    /// Returns the sequence of one item of many, independent of the items before it.
    pub(crate) fn of_item(seed: u64, item: u64) -> Random {
        let mut random = Random::new(seed ^ item.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        random.number();
        random
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 to below `end`, which is at least 1.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // The high half of a product: quicker than a remainder, and as even for ends far below 2^64.
        let wide = u128::from(self.number()) * end as u128;
        (wide >> 64) as usize
    }

    /// Returns a number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// Returns a number from 0 to below 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Returns a normally distributed number of mean 0 and deviation 1 (Box and Muller, 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.fraction()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.fraction()).cos()
    }

    /// Returns a rank from 0 to below `ranks`, distributed as words are (Zipf and Mandelbrot): the first rank makes
    /// about a twentieth of running text, and most ranks are rare.
    pub(crate) fn zipf(&mut self, ranks: usize) -> usize {
        const EXPONENT: f64 = 1.22;
        const SHIFT: f64 = 2.7;
        // The inverse of the integral of (x + shift)^-exponent, which needs no table however many ranks there are.
        let power = 1.0 - EXPONENT;
        let (first, last) = (SHIFT.powf(power), (ranks as f64 + SHIFT).powf(power));
        let x = (first + self.fraction() * (last - first)).powf(power.recip()) - SHIFT;
        (x as usize).min(ranks - 1)
    }
}
