//! `newshound delete`: articles that are taken down, or let in again.

use newshound::{ArticleId, Index, SCHEMA_VERSION, Tombstone, Writer};
use serde_json::json;

use crate::args::DeleteArgs;
use crate::failure::{Exit, Refusal, say};
use crate::present::numbers::{counted, grouped};
use crate::present::text::safe;
use crate::present::{json, print_plain};
use crate::{interrupt, settings};

pub(crate) fn run(args: &DeleteArgs) -> anyhow::Result<Exit> {
    interrupt::listen();
    let index = Index::open(settings::index_to_write(args.index.as_deref()))?;
    let mut writer = index.writer()?;
    let before = index.status()?;
    let mut already = Vec::new();
    // Copies are let in together, whichever of them is named first.
    let are_out: Vec<bool> = args.ids.iter().map(|id| writer.is_taken_down(&id.as_str().into())).collect();
    for (id, was_out) in args.ids.iter().zip(are_out) {
        if interrupt::asked() {
            break;
        }
        let article = id.as_str().into();
        let was_taken_down = !args.undo && writer.is_taken_down(&article);
        if done(&mut writer, args, &article)? || (args.undo && was_out) {
            continue;
        } else if was_taken_down {
            // To purge what was taken down before is asked for in the same words.
            already.push(id);
        } else {
            let what = if args.undo { "no article was taken down" } else { "no article is there" };
            let message = format!("{what} by the id or path `{id}`; nothing was changed");
            return Err(Refusal { exit: Exit::Nothing, message }.into());
        }
    }
    interrupt::note_committing(true);
    if interrupt::asked() {
        say("interrupted", "nothing was changed");
        return Ok(Exit::Interrupted);
    }
    if args.purge { writer.purge() } else { writer.commit() }?;
    let after = index.status()?;
    let taken_down = after.taken_down;
    // Of articles without an id of their own, copies go too.
    let new = taken_down.len().saturating_sub(before.taken_down.len()) as u64;
    let gone = (before.articles + before.missing).saturating_sub(after.articles + after.missing);
    let copies = gone.saturating_sub(new);
    if args.json {
        let told =
            json!({ "schema_version": SCHEMA_VERSION, "taken_down": taken_down, "copies": copies, "already": already });
        print_plain(|out| json::object(out, &told))?;
    } else if args.undo {
        print_plain(|out| writeln!(out, "let in again; `newshound index` reads the sources"))?;
    } else {
        let all = taken_down.len() as u64;
        let by_number = taken_down.iter().filter(|stone| is_known_by_number(stone)).count() as u64;
        let are = if all == 1 { "is" } else { "are" };
        print_plain(|out| {
            already
                .iter()
                .try_for_each(|id| writeln!(out, "`{}` was taken down already, with its reason", safe(id)))?;
            if copies > 0 {
                let went = if copies == 1 { "copy in the same words goes" } else { "copies in the same words go" };
                writeln!(out, "{} {went} with what was named", grouped(copies))?;
            }
            writeln!(out, "{} {are} kept out now", counted(all, "article"))?;
            if by_number > 0 {
                let known = if by_number == 1 { "is known" } else { "are known" };
                let number = "by the number in the file alone, until the file is read: see what stays out then";
                writeln!(out, "{} {known} {number}", counted(by_number, "article"))?;
            }
            Ok(())
        })?;
    }
    Ok(Exit::Done)
}

fn is_known_by_number(stone: &Tombstone) -> bool {
    stone.source.record.is_some() && stone.native_id.is_none() && stone.text_hash.is_none()
}

fn done(writer: &mut Writer, args: &DeleteArgs, id: &ArticleId) -> newshound::Result<bool> {
    match &args.reason {
        Some(reason) => writer.take_down(id, reason),
        None => writer.restore(id),
    }
}
