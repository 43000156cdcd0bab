//! What a source may ask for at most, so that none of it, hostile or broken, costs without bounds. Plain data; whoever reads
//! keeps to it, and says by which limit something was left out.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// What a source may ask for at most. Names are those of `--limit NAME=VALUE`.
///
/// Nothing outside of a document is ever read, whatever it asks for, so that this needs no limit.
///
/// ```
/// use newshound::Limits;
///
/// let mut limits = Limits::default();
/// limits.set("members", 50_000)?;
/// assert_eq!(limits.members, 50_000);
/// assert!(limits.set("nesting", 1_000).is_err());
/// # Ok::<(), newshound::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Limits {
    /// How many times its size a packed source may unpack to, once that is more than `free`. Text packs to a tenth, tables to
    /// a fiftieth.
    pub ratio: u64,
    /// How many bytes a packed source may unpack to whatever its size, and the entities that XML declares expand to.
    pub free: u64,
    /// How many bytes a packed source may unpack to in any case.
    pub unpacked: u64,
    /// How deep a source may be packed, stand in archives, or, up to four, be attached to messages.
    pub nesting: u64,
    /// How many files of an archive are read.
    pub members: u64,
    /// How many articles of a source are taken.
    pub articles: u64,
    /// How deep objects and lists of JSON may stand in one another.
    pub json_depth: u64,
    /// How deep elements of a page or of XML may stand in one another; the tags of deeper ones are left out, and their text is kept.
    pub html_depth: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            ratio: 250,
            free: 64 << 20,
            unpacked: 256 << 30,
            nesting: 4,
            members: 1_000_000,
            articles: 10_000_000,
            json_depth: 128,
            html_depth: 256,
        }
    }
}

impl Limits {
    /// Returns the limits by name, with the greatest value that each may have: what reads deeper would need more stack than
    /// a thread has.
    fn all(&mut self) -> [(&'static str, &mut u64, u64); 8] {
        [
            ("ratio", &mut self.ratio, u64::MAX),
            ("free", &mut self.free, u64::MAX),
            ("unpacked", &mut self.unpacked, u64::MAX),
            ("nesting", &mut self.nesting, 16),
            ("members", &mut self.members, u64::MAX),
            ("articles", &mut self.articles, u64::from(u32::MAX)),
            ("json-depth", &mut self.json_depth, 128),
            ("html-depth", &mut self.html_depth, 512),
        ]
    }

    /// Sets the limit of a name.
    ///
    /// # Errors
    ///
    /// A name that is none, and a value that cannot be kept to, are an [`Error::Options`].
    pub fn set(&mut self, name: &str, value: u64) -> Result<()> {
        let mut all = self.all();
        let names = all.each_ref().map(|(known, ..)| *known).join(", ");
        match all.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, _, most)) if value == 0 || value > *most => Err(out_of_range(name, value, *most)),
            Some((_, slot, _)) => {
                **slot = value;
                Ok(())
            }
            None => {
                Err(Error::Options { option: "limit", problem: format!("`{name}` is no limit; there are {names}") })
            }
        }
    }

    /// Returns the same without any that is greater than what can be kept to.
    pub(crate) fn within_reach(mut self) -> Limits {
        self.all().into_iter().for_each(|(_, value, most)| *value = (*value).min(most));
        self
    }

    /// Checks limits that an application set.
    pub(crate) fn check(mut self) -> Result<()> {
        let all = self.all().map(|(name, value, most)| (name, *value, most));
        match all.into_iter().find(|(_, value, most)| *value == 0 || value > most) {
            Some((name, value, most)) => Err(out_of_range(name, value, most)),
            None => Ok(()),
        }
    }
}

fn out_of_range(name: &str, value: u64, most: u64) -> Error {
    let range = if most == u64::MAX { "1 or more".to_owned() } else { format!("1 to {most}") };
    Error::Options { option: "limit", problem: format!("{name}={value} is out of range; take {range}") }
}

/// Returns how to have more of a limit, for the sentence that says that it was reached.
pub(crate) fn raise(name: &str) -> String {
    format!("raise `{name}` (--limit {name}=N) to have more")
}

/// Those that are not what they are by default, as settings are told: `members=50000, ratio=500`.
impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut ours, mut usual) = (*self, Limits::default());
        let pairs = ours.all().into_iter().zip(usual.all());
        let others = pairs.filter(|((_, value, _), (_, usual, _))| value != usual);
        let others: Vec<String> = others.map(|((name, value, _), _)| format!("{name}={value}")).collect();
        f.write_str(&others.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_set_by_its_name_within_its_range() {
        let mut limits = Limits::default();
        let names = limits.all().map(|(name, ..)| name);
        for name in names {
            assert!(limits.set(name, 7).is_ok() && limits.set(name, 0).is_err(), "{name}");
        }
        assert_eq!(limits.all().map(|(_, value, _)| *value), [7; 8]);
        assert!(limits.check().is_ok() && Limits::default().check().is_ok());
        let deep = Limits { json_depth: 129, ..limits };
        assert!(deep.check().is_err() && deep.within_reach().check().is_ok());
        let told = limits.set("nesting", 17).expect_err("it is too deep").to_string();
        assert_eq!(told, "limit: nesting=17 is out of range; take 1 to 16");
        let told = limits.set("depth", 17).expect_err("it is none").to_string();
        assert!(told.starts_with("limit: `depth` is no limit; there are ratio, free, "), "{told}");
        assert_eq!(Limits { ratio: 9, members: 5, ..Limits::default() }.to_string(), "ratio=9, members=5");
        assert_eq!(Limits::default().to_string(), "");
    }
}
