//! How the program is linked. As a rule an executable may be loaded at any address, and each address in its tables is put
//! right by whoever loads it: 59,000 in this one, which took two of the four milliseconds in which it starts. A released
//! program has a fixed address on Linux instead.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=src/bin/newshound/build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is("PROFILE", "release") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
