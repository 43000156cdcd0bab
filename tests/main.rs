//! What Newshound does as a whole, seen from outside. One binary, because linking is what costs; this is its table
//! of contents.

mod archives;
mod backup;
mod canonical;
mod checking;
mod cli;
mod concurrency;
mod conveyor;
mod copies;
mod damage;
mod declared;
mod digests;
mod feeds;
mod golden;
mod hostile;
mod incremental;
mod issues;
mod judging;
mod kills;
mod layers;
#[cfg(unix)]
mod merging;
mod moving_sources;
mod odd_sources;
mod ranking;
mod rebuilding;
mod reference;
mod repairing;
mod searching;
mod stock;
mod support;
mod takedown;
mod topics;
mod versions;
