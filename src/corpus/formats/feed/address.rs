//! Addresses in feeds, which may be relative to the feed's own.

/// Returns an address as it is from anywhere, by the address that it is relative to. `None` where that is not known.
pub(super) fn absolute(base: Option<&str>, address: &str) -> Option<String> {
    let address = address.trim();
    if is_absolute(address) {
        return Some(address.to_owned());
    }
    let base = base.filter(|base| is_absolute(base))?;
    let (scheme, rest) = base.split_once("://")?;
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if let Some(other) = address.strip_prefix("//") {
        return Some(format!("{scheme}://{other}"));
    }
    if address.starts_with('/') {
        return Some(format!("{scheme}://{host}{address}"));
    }
    if address.is_empty() || address.contains(':') {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut folders: Vec<&str> = path.split('/').skip(1).collect();
    folders.pop();
    let mut rest = address;
    loop {
        if let Some(inner) = rest.strip_prefix("./") {
            rest = inner;
        } else if let Some(inner) = rest.strip_prefix("../") {
            folders.pop();
            rest = inner;
        } else {
            break;
        }
    }
    folders.push(rest);
    Some(format!("{scheme}://{host}/{}", folders.join("/")))
}

fn is_absolute(address: &str) -> bool {
    let is_web =
        ["http://", "https://"].iter().any(|scheme| address.len() > scheme.len() && address.starts_with(scheme));
    is_web && !address.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_addresses_are_joined_to_the_feeds_own() {
        let base = Some("https://courier.example/news/feed.xml?all");
        let joined = |address: &str| absolute(base, address).unwrap_or_default();
        assert_eq!(joined("ferry.html"), "https://courier.example/news/ferry.html");
        assert_eq!(joined("../coast/ferry"), "https://courier.example/coast/ferry");
        assert_eq!(joined("../../../ferry"), "https://courier.example/ferry");
        assert_eq!(joined("/ferry"), "https://courier.example/ferry");
        assert_eq!(joined("//other.example/f"), "https://other.example/f");
        assert_eq!(joined(" http://other.example/f "), "http://other.example/f");
        assert_eq!(joined("tag:courier.example,2021:1"), "");
        assert_eq!(absolute(None, "/ferry"), None);
        assert_eq!(
            absolute(Some("https://courier.example"), "ferry").as_deref(),
            Some("https://courier.example/ferry")
        );
    }
}
