//! Ids that several articles of a corpus brought, as warnings.

use std::collections::BTreeMap;

use super::{IngestReport, Run};
use crate::{Code, Notice, Result, SourceKey};

impl Run<'_> {
    /// Ids that several articles of a corpus have: told by the index, so that every run says the same. Of a dry run
    /// what it would write is not in the index yet, so its own articles are counted besides.
    pub(super) fn warn_of_repeated_ids(&self, named: &[(SourceKey, String)], report: &mut IngestReport) -> Result<()> {
        let mut repeated = self.index.snapshot()?.repeated_native_ids()?;
        if self.options.dry_run {
            let mut of_run: BTreeMap<(&str, &str), Vec<&SourceKey>> = BTreeMap::new();
            for (key, id) in named {
                of_run.entry((&key.corpus, id)).or_default().push(key);
            }
            let of_run = of_run.into_iter().filter(|(_, keys)| keys.len() > 1);
            repeated.extend(of_run.map(|((_, id), keys)| (id.to_owned(), keys.into_iter().cloned().collect())));
        }
        for (id, keys) in repeated {
            let articles = keys.len();
            for key in keys {
                let message = format!("{articles} articles have the id `{id}`; each goes by its path and record");
                let mut notice = Notice::new(Code::RepeatedId, None, message);
                notice.path = key.path_id();
                notice.corpus = key.corpus;
                report.notices.push(notice);
            }
        }
        Ok(())
    }
}
