//! What Newshound does as a whole, seen from outside. One binary, because linking is what costs; this is its table
//! of contents.

mod cli;
mod conveyor;
mod golden;
mod incremental;
mod layers;
#[cfg(unix)]
mod odd_sources;
mod searching;
mod stock;
mod support;
mod topics;
