//! A light reading of Rust source: its code without comments, literals and tests, and the paths that it names.
//! Not a parser: it knows tokens, `use` trees and inline modules, which is what the house plan's arrows need.

/// A path as written, with every branch of a `use` tree as a path of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// The segments; the last is `*` for a glob.
    pub(crate) segments: Vec<String>,
    /// The inline modules that it stands in, inside its file.
    pub(crate) inside: Vec<String>,
    /// The line, from 1.
    pub(crate) line: usize,
    /// It stands in a `use`.
    pub(crate) is_use: bool,
    /// It calls a macro: `!` follows.
    pub(crate) is_macro: bool,
}

/// A word or a sign of the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// What a file holds besides its tests.
pub(crate) struct Scan {
    pub(crate) tokens: Vec<Token>,
    /// The names of modules in files of their own that exist for tests only.
    pub(crate) test_modules: Vec<String>,
    pub(crate) named: Vec<Named>,
}

/// Reads a file.
pub(crate) fn scan(text: &str) -> Scan {
    let (tokens, test_modules) = without_tests(&tokens(&code_only(text)));
    let named = named(&tokens);
    Scan { tokens, test_modules, named }
}

/// Returns the text with comments, strings and characters blanked, every line end kept.
fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        match literal_end(&chars, at) {
            Some(end) => {
                code.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
                at = end;
            }
            None => {
                code.push(chars[at]);
                at += 1;
            }
        }
    }
    code
}

/// Returns where the comment or literal that begins at `at` ends; `None` where none begins.
fn literal_end(chars: &[char], at: usize) -> Option<usize> {
    let next = |n: usize| chars.get(at + n).copied();
    let in_word = at > 0 && is_word(chars[at - 1]);
    match chars[at] {
        '/' if next(1) == Some('/') => Some(line_end(chars, at)),
        '/' if next(1) == Some('*') => Some(block_comment_end(chars, at)),
        '"' => Some(string_end(chars, at + 1)),
        'r' if !in_word || chars[at - 1] == 'b' || chars[at - 1] == 'c' => raw_string_end(chars, at + 1),
        '\'' if next(1) == Some('\\') => Some(escaped_char_end(chars, at + 2)),
        '\'' if next(2) == Some('\'') => Some(at + 3),
        _ => None,
    }
}

fn line_end(chars: &[char], at: usize) -> usize {
    chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |n| at + n)
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0, at);
    while i + 1 < chars.len() {
        match (chars[i], chars[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') if depth == 1 => return i + 2,
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
    }
    chars.len()
}

fn string_end(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn raw_string_end(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at..].iter().take_while(|c| **c == '#').count();
    let open = at + hashes;
    (chars.get(open) == Some(&'"')).then(|| {
        let closes =
            |i: usize| chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        (open + 1..chars.len()).find(|i| closes(*i)).map_or(chars.len(), |i| i + 1 + hashes)
    })
}

/// The escape's own first character may be a quotation mark.
fn escaped_char_end(chars: &[char], escape: usize) -> usize {
    (escape + 1..chars.len()).find(|i| chars[*i] == '\'').map_or(chars.len(), |i| i + 1)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn tokens(code: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for (line, text) in (1..).zip(code.lines()) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let len = if is_word(first) {
                rest.find(|c| !is_word(c)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            if !first.is_whitespace() {
                tokens.push(Token { text: rest[..len].to_owned(), line });
            }
            rest = &rest[len..];
        }
    }
    tokens
}

/// Leaves out every item under `#[cfg(test)]`, and tells which modules in other files these were.
fn without_tests(tokens: &[Token]) -> (Vec<Token>, Vec<String>) {
    let (mut kept, mut modules, mut at) = (Vec::new(), Vec::new(), 0);
    while at < tokens.len() {
        if !is_test_attribute(&tokens[at..]) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let end = item_end(tokens, at);
        let item: Vec<&str> = tokens[at..end].iter().map(|t| t.text.as_str()).collect();
        if let [.., "mod", name, ";"] = item[..] {
            modules.push(name.to_owned());
        }
        at = end;
    }
    (kept, modules)
}

fn is_test_attribute(tokens: &[Token]) -> bool {
    let texts: Vec<&str> = tokens.iter().take(7).map(|t| t.text.as_str()).collect();
    matches!(texts[..], ["#", "[", "cfg", "(", "test", ")", "]"] | ["#", "[", "cfg", "(", "all", "(", "test"])
}

/// Returns the end of the item that begins at `at`, its attributes included: after its `;`, or its closing brace.
fn item_end(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(at) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" if depth == 1 => return i + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return i + 1,
            _ => {}
        }
    }
    tokens.len()
}

fn named(tokens: &[Token]) -> Vec<Named> {
    let mut walk = Walk { tokens, at: 0, depth: 0, modules: Vec::new(), is_use: false, named: Vec::new() };
    while walk.at < tokens.len() {
        walk.step();
    }
    walk.named
}

/// A walk over tokens that gathers paths.
struct Walk<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    /// Inline modules, with the depth of braces at which each was opened.
    modules: Vec<(String, usize)>,
    is_use: bool,
    named: Vec<Named>,
}

impl Walk<'_> {
    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |t| t.text.as_str())
    }

    fn step(&mut self) {
        match self.text(0) {
            "mod" if self.text(2) == "{" => {
                self.modules.push((self.text(1).to_owned(), self.depth));
                self.at += 2;
            }
            "{" => (self.depth, self.at) = (self.depth + 1, self.at + 1),
            "}" => {
                self.depth = self.depth.saturating_sub(1);
                self.modules.retain(|(_, depth)| *depth < self.depth);
                self.at += 1;
            }
            "use" => {
                self.at += 1;
                self.is_use = true;
                self.tree(&[]);
                self.is_use = false;
            }
            text if starts_path(text) => self.tree(&[]),
            _ => self.at += 1,
        }
    }

    /// Reads a path, and what it branches into; `prefix` is the path before the branch.
    fn tree(&mut self, prefix: &[String]) {
        let mut segments = prefix.to_vec();
        let line = self.tokens.get(self.at).map_or(0, |t| t.line);
        loop {
            match self.text(0) {
                "::" => self.at += 1,
                "{" if self.is_use || self.text_before() == "::" => return self.branches(&segments),
                "*" if self.text_before() == "::" => {
                    segments.push("*".to_owned());
                    self.at += 1;
                    break;
                }
                text if starts_path(text) => {
                    segments.push(text.to_owned());
                    self.at += 1;
                    if self.text(0) != "::" {
                        break;
                    }
                }
                _ => break,
            }
        }
        let is_macro = self.text(0) == "!" && self.text(1) != "=";
        let inside = self.modules.iter().map(|(name, _)| name.clone()).collect();
        if segments.len() > prefix.len() {
            self.named.push(Named { segments, inside, line, is_use: self.is_use, is_macro });
        }
    }

    fn branches(&mut self, prefix: &[String]) {
        self.at += 1;
        while !matches!(self.text(0), "}" | "" | ";") {
            let before = self.at;
            if self.text(0) == "*" {
                let line = self.tokens[self.at].line;
                let segments = [prefix, &["*".to_owned()]].concat();
                self.named.push(Named { segments, inside: Vec::new(), line, is_use: true, is_macro: false });
            }
            self.tree(prefix);
            if self.text(0) == "as" {
                self.at += 2;
            }
            self.at += usize::from(self.at == before || self.text(0) == ",");
        }
        self.at += usize::from(self.text(0) == "}");
    }

    fn text_before(&self) -> &str {
        self.at.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or("", |t| t.text.as_str())
    }
}

fn starts_path(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let paths = scan(text).named.into_iter().filter(|n| n.segments.len() > 1);
        paths.map(|n| format!("{}:{}", n.line, n.segments.join("::"))).collect()
    }

    #[test]
    fn comments_strings_and_characters_name_nothing() {
        let text = "// a::b\n/* c::d /* e::f */ g::h */ let s = \"i::j \\\" k::l\"; let r = r#\"m::\"n\"#; let c = '\"'; \
                    let q = '\\''; fn f<'a>(x: &'a o::P) {}";
        assert_eq!(paths(text), ["2:o::P"]);
    }

    #[test]
    fn every_branch_of_a_use_tree_is_a_path() {
        let text = "use crate::{\n    Article,\n    corpus::{format::Found as F, source::*},\n    query::{self},\n};\nuse a::b;";
        assert_eq!(
            paths(text),
            [
                "2:crate::Article",
                "3:crate::corpus::format::Found",
                "3:crate::corpus::source::*",
                "4:crate::query::self",
                "6:a::b"
            ]
        );
    }

    #[test]
    fn test_items_are_left_out_and_test_modules_told() {
        let text = "#[cfg(test)]\nmod tests { fn f() { a::b(); } }\n#[cfg(test)]\nmod samples;\nfn g() { c::d() }";
        let scan = scan(text);
        assert_eq!(scan.test_modules, ["samples"]);
        assert_eq!(paths(text), ["5:c::d"]);
    }

    #[test]
    fn inline_modules_are_told() {
        let scan = scan("mod a { mod b { fn f() { super::x(); } } fn g() { super::y(); } } fn h() { self::z(); }");
        let inside = |last: &str| {
            let found = scan.named.iter().find(|n| n.segments.last().is_some_and(|s| s == last));
            found.map(|n| n.inside.join("::")).expect("the path is there")
        };
        assert_eq!((inside("x"), inside("y"), inside("z")), ("a::b".into(), "a".into(), String::new()));
    }

    #[test]
    fn macro_calls_are_told_from_comparisons() {
        let scan = scan("fn f() { println!(\"\"); if a != b {} }");
        let macros: Vec<&str> = scan.named.iter().filter(|n| n.is_macro).map(|n| n.segments[0].as_str()).collect();
        assert_eq!(macros, ["println"]);
    }
}
