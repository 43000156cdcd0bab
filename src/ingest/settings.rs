//! What is remembered of how a corpus is read, from the options of a run and back.

use super::IngestOptions;
use crate::Mapping;
use crate::index::Settings;

/// Returns the settings of folders that are read by these options, but for what a corpus says itself.
pub(super) fn settings(options: &IngestOptions<'_>) -> Settings {
    Settings {
        include: options.include.clone(),
        exclude: options.exclude.clone(),
        date_order: options.parse.date_order,
        mapping: options.parse.mapping.clone(),
        own_mapping: Mapping::default(),
        default_language: options.default_language.clone(),
        max_article: options.max_article,
        limits: options.parse.limits,
    }
}

/// Has sources be read by these settings.
pub(crate) fn take_settings(options: &mut IngestOptions<'_>, settings: &Settings) {
    options.include.clone_from(&settings.include);
    options.exclude.clone_from(&settings.exclude);
    options.parse.date_order = settings.date_order;
    options.parse.mapping.clone_from(&settings.mapping);
    options.default_language.clone_from(&settings.default_language);
    options.max_article = settings.max_article;
    options.parse.limits = settings.limits;
}
