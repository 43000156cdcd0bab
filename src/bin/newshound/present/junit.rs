//! Measures as a JUnit report, the form in which CI systems take the results of tests: a test case for each measure that has
//! to be so good, which may fail, and one for each topic, which tells its figures.

use std::io::{self, Write};

use newshound::Evaluation;

use super::eval::Judged;
use super::text::safe;

/// Writes the report.
pub(crate) fn evaluation(out: &mut dyn Write, evaluation: &Evaluation, gates: &[Judged]) -> io::Result<()> {
    let failures = gates.iter().filter(|gate| !gate.is_passed()).count();
    let tests = gates.len() + evaluation.topics.len();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="newshound eval" tests="{tests}" failures="{failures}">"#)?;
    writeln!(out, r#"  <testsuite name="mean" tests="{}" failures="{failures}">"#, gates.len())?;
    for gate @ Judged { measure, least, mean } in gates {
        write!(out, r#"    <testcase classname="mean" name="{measure} at least {least}">"#)?;
        if !gate.is_passed() {
            write!(out, r#"<failure message="{measure} is {mean:.4}, less than {least}"/>"#)?;
        }
        writeln!(out, "<system-out>{measure} {mean:.4}</system-out></testcase>")?;
    }
    writeln!(out, "  </testsuite>")?;
    writeln!(out, r#"  <testsuite name="topics" tests="{}" failures="0">"#, evaluation.topics.len())?;
    for topic in &evaluation.topics {
        let figures: Vec<String> =
            topic.measures.iter().map(|(measure, value)| format!("{measure} {value:.4}")).collect();
        writeln!(
            out,
            r#"    <testcase classname="topics" name="{}"><system-out>{} of {} relevant found; {}</system-out></testcase>"#,
            escaped(&topic.topic),
            topic.relevant_retrieved,
            topic.relevant,
            figures.join(", ")
        )?;
    }
    writeln!(out, "  </testsuite>")?;
    writeln!(out, "</testsuites>")
}

fn escaped(text: &str) -> String {
    safe(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
