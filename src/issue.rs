//! What METS says of an issue of a newspaper, for its pages, which are sources of their own. Plain data; nothing of it is
//! understood here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// An issue, as one METS has it, and its pages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Issue {
    /// The path of METS.
    pub(crate) path: String,
    /// The hash of its bytes.
    pub(crate) hash: [u8; 16],
    pub(crate) facts: IssueFacts,
    pub(crate) pages: Pages,
}

/// The files of pages: path in the corpus, and number, which is empty where none is known. By path, each once.
pub(crate) type Pages = Vec<(String, String)>;

/// What is said of an issue, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct IssueFacts {
    /// The title of the newspaper.
    pub(crate) newspaper: Option<String>,
    pub(crate) published: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) language: Option<String>,
}

/// What is said of one page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PageFacts {
    pub(crate) issue: IssueFacts,
    pub(crate) number: String,
}

/// The issues of a corpus, by the paths of METS, to be asked for pages. Of a page that several name, the first says all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Issues {
    issues: Vec<Issue>,
    /// By the page's path, where it stands: the number of its issue, and its own there.
    pages: Vec<(u32, u32)>,
}

impl Issues {
    pub(crate) fn new(issues: Vec<Issue>) -> Issues {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let places = |(at, issue): (usize, &Issue)| (0..issue.pages.len()).map(move |page| (number(at), number(page)));
        let mut pages: Vec<(u32, u32)> = issues.iter().enumerate().flat_map(places).collect();
        pages.sort_by_key(|place| path_at(&issues, *place));
        pages.dedup_by(|later, first| path_at(&issues, *later) == path_at(&issues, *first));
        Issues { issues, pages }
    }

    /// Returns what is said of the page at a path.
    pub(crate) fn of_page(&self, path: &str) -> Option<PageFacts> {
        let (facts, number) = self.said_of(path)?;
        Some(PageFacts { issue: facts.clone(), number: number.to_owned() })
    }

    fn said_of(&self, path: &str) -> Option<(&IssueFacts, &str)> {
        let place = self.pages.binary_search_by_key(&path, |place| path_at(&self.issues, *place)).ok()?;
        let (issue, page) = self.pages[place];
        let issue = &self.issues[issue as usize];
        Some((&issue.facts, &issue.pages[page as usize].1))
    }

    /// Returns the paths of pages of which others say something else.
    pub(crate) fn differing(&self, others: &Issues) -> BTreeSet<String> {
        // Of a page that only issues name which are in both, both say the same.
        let both = self.not_in(others).chain(others.not_in(self));
        let paths = both.flat_map(|issue| &issue.pages).map(|(path, _)| path);
        paths.filter(|path| self.said_of(path) != others.said_of(path)).cloned().collect()
    }

    fn not_in<'a>(&'a self, others: &'a Issues) -> impl Iterator<Item = &'a Issue> {
        let of_others = |path: &str| others.issues.binary_search_by(|other| other.path.as_str().cmp(path)).ok();
        self.issues.iter().filter(move |issue| of_others(&issue.path).is_none_or(|at| others.issues[at] != **issue))
    }
}

fn path_at(issues: &[Issue], (issue, page): (u32, u32)) -> &str {
    &issues[issue as usize].pages[page as usize].0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(path: &str, newspaper: &str, pages: &[(&str, &str)]) -> Issue {
        let facts = IssueFacts { newspaper: Some(newspaper.to_owned()), ..IssueFacts::default() };
        let pages = pages.iter().map(|(path, number)| ((*path).to_owned(), (*number).to_owned())).collect();
        Issue { path: path.to_owned(), facts, pages, ..Issue::default() }
    }

    #[test]
    fn the_first_issue_that_names_a_page_says_all_of_it() {
        let both = Issues::new(vec![
            issue("a.xml", "Courier", &[("p1.xml", "1"), ("p2.xml", "2")]),
            issue("b.xml", "Herald", &[("p2.xml", "9"), ("p3.xml", "")]),
        ]);
        let told = |path: &str| both.of_page(path).map(|page| (page.issue.newspaper.unwrap_or_default(), page.number));
        assert_eq!(told("p2.xml"), Some(("Courier".to_owned(), "2".to_owned())));
        assert_eq!(told("p3.xml"), Some(("Herald".to_owned(), String::new())));
        assert_eq!(told("p4.xml"), None);
        // Without the first, the other one says it.
        let second = Issues::new(vec![issue("b.xml", "Herald", &[("p2.xml", "9"), ("p3.xml", "")])]);
        assert_eq!(second.differing(&both), ["p1.xml", "p2.xml"].map(str::to_owned).into());
        assert_eq!(both.differing(&second), second.differing(&both));
        assert!(both.differing(&both.clone()).is_empty());
        // METS is called otherwise, and comes after another that names its page.
        let herald = issue("m.xml", "Herald", &[("p1.xml", "")]);
        let then = Issues::new(vec![issue("a.xml", "Courier", &[("p1.xml", "")]), herald.clone()]);
        let now = Issues::new(vec![herald, issue("z.xml", "Courier", &[("p1.xml", "")])]);
        assert_eq!(then.differing(&now), ["p1.xml".to_owned()].into());
    }
}
