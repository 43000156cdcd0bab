//! `newshound query`: how to write queries.

use crate::args::query;
use crate::failure::Exit;
use crate::present::print_plain;

pub(crate) fn run() -> anyhow::Result<Exit> {
    print_plain(|out| out.write_all(query::help().as_bytes()))?;
    Ok(Exit::Done)
}
