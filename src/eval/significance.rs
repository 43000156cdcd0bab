//! Whether two runs differ by more than chance would have them: two tests of paired differences, both two-sided
//! (Smucker, Allan and Carterette, 2007, on how they serve for runs).

/// Returns the p-value of Student's paired t-test; `None` where there are fewer than two differences, or all are the same.
pub(super) fn t_test(differences: &[f64]) -> Option<f64> {
    let n = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / n;
    let variance = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (n - 1.0);
    // Differences that are the same come to a variance that is rounding alone.
    if differences.len() < 2 || variance <= (mean * 1e-12).powi(2) {
        return None;
    }
    let t_squared = mean * mean * n / variance;
    Some(incomplete_beta((n - 1.0) / 2.0, 0.5, (n - 1.0) / (n - 1.0 + t_squared)))
}

/// Returns the p-value of the randomisation test: how often the mean is as far from 0 where each difference gets a sign by
/// chance. `None` where there is no difference at all.
pub(super) fn randomisation(differences: &[f64], rounds: u32, seed: u64) -> Option<f64> {
    let differing: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
    if differing.is_empty() || rounds == 0 {
        return None;
    }
    // Sums in another order come out a little different.
    let observed = differing.iter().sum::<f64>().abs() * (1.0 - 1e-12);
    let (mut state, mut as_far) = (seed, 0u32);
    for _ in 0..rounds {
        let mut sum = 0.0;
        for of_signs in differing.chunks(64) {
            let mut signs = next(&mut state);
            for difference in of_signs {
                sum += if signs & 1 == 0 { *difference } else { -difference };
                signs >>= 1;
            }
        }
        as_far += u32::from(sum.abs() >= observed);
    }
    // What was observed is one of the possible signs.
    Some(f64::from(as_far + 1) / (f64::from(rounds) + 1.0))
}

/// The next number of splitmix64 (Steele, Lea and Flood, 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The regularised incomplete beta function, by its continued fraction in the way of Lentz.
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    // The fraction converges fast on this side only.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(b, a, 1.0 - x);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp() / a;
    let not_zero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut d = 1.0 / not_zero(1.0 - (a + b) * x / (a + 1.0));
    let (mut c, mut fraction) = (1.0, d);
    for m in 1..200 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = fraction;
        for step in [even, odd] {
            d = 1.0 / not_zero(1.0 + step * d);
            c = not_zero(1.0 + step / c);
            fraction *= d * c;
        }
        if (fraction - before).abs() <= 1e-15 * fraction.abs() {
            break;
        }
    }
    front * fraction
}

/// The logarithm of the gamma function, by the series of Lanczos with g = 7.
fn ln_gamma(x: f64) -> f64 {
    const SERIES: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let t = x + 7.5;
    let sum = SERIES[0] + (1..).zip(&SERIES[1..]).map(|(n, term)| term / (x + f64::from(n))).sum::<f64>();
    0.5 * std::f64::consts::TAU.ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFFERENCES: [f64; 10] = [0.12, -0.03, 0.0, 0.4, 0.07, -0.2, 0.31, 0.05, 0.0, 0.11];

    // The p-values of SciPy 1.17: `ttest_1samp(differences, 0).pvalue`.
    #[test]
    fn t_test_is_that_of_scipy() {
        let check = |differences: &[f64], p: f64| {
            let ours = t_test(differences).unwrap();
            assert!((ours / p - 1.0).abs() < 1e-9, "{ours} {p}");
        };
        check(&DIFFERENCES, 0.15835712440978644);
        check(&DIFFERENCES[..2], 0.6559582607547387);
        let many: Vec<f64> = (0..150).map(|n| f64::from(n * 37 % 101) / 100.0 - 0.3).collect();
        check(&many, 7.916241342125228e-14);
    }

    #[test]
    fn what_cannot_be_told_is_not_told() {
        assert_eq!(t_test(&[0.1]), None);
        assert_eq!(t_test(&[0.1; 8]), None);
        assert_eq!(t_test(&[0.0; 8]), None);
        assert_eq!(randomisation(&[0.0; 8], 100, 1), None);
    }

    /// Of ten differences every sign can be tried.
    #[test]
    fn randomisation_comes_near_the_exact_test() {
        let observed = DIFFERENCES.iter().sum::<f64>().abs() - 1e-12;
        let signed = |signs: u32| (0..10).map(|n| if signs >> n & 1 == 0 { 1.0 } else { -1.0 } * DIFFERENCES[n]).sum();
        let as_far = (0..1024).filter(|signs| f64::abs(signed(*signs)) >= observed).count();
        let (exact, ours) = (as_far as f64 / 1024.0, randomisation(&DIFFERENCES, 20_000, 7).unwrap());
        assert!((ours - exact).abs() < 0.01, "{ours} {exact}");
        assert_eq!(randomisation(&DIFFERENCES, 500, 7), randomisation(&DIFFERENCES, 500, 7));
    }
}
