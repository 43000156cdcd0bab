//! The characters of a PDF's pages with their places, by `hayro-interpret`, which follows fonts and encodings.
//!
//! It keeps within bounds here: it reads on a thread of its own, since forms may be nested as deep as it lets them; what it
//! draws is counted, since a few bytes may ask for anything; and a panic in it is a document that cannot be read.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use hayro_interpret::font::Glyph;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::metadata::Metadata;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::util::{RectExt as _, TransformExt as _};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
    PathDrawMode, SoftMask, interpret_page,
};
use kurbo::{Affine, BezPath};
use unicode_normalization::UnicodeNormalization as _;

use super::lines::{Line, lines};
use super::metadata::Said;
use super::safety::{check, check_decoded};
use crate::corpus::packed::Bounds;
use crate::{Code, Notice};

/// How much stack a document may take. A debug build needs half of it for brackets in brackets 80,000 times over, four times
/// what is let through.
const STACK: usize = 32 << 20;
/// How many pages are read.
const MOST_PAGES: usize = 5000;
/// How much a document may have drawn, in characters. A page of a newspaper has 30,000.
const MOST_DRAWN: u64 = 5_000_000;
/// How many characters a page may have.
const MOST_ON_PAGE: usize = 1_000_000;
/// How many bytes of text a glyph may stand for.
const MOST_OF_GLYPH: usize = 64;
/// How many characters a form or a clip counts for at least, since it takes as long.
const FORM: u64 = 20;
/// How many bytes of the longest form count for a character each time one is drawn.
const FORM_BYTES: u64 = 400;

/// A document, read.
pub(super) struct Document {
    pub(super) metadata: Metadata,
    pub(super) said: Said,
    /// The lines of each page, in the order of its content.
    pub(super) pages: Vec<Vec<Line>>,
    /// Why not all of it was read.
    pub(super) cut: Option<String>,
}

/// A character on a page, in points from its top left corner.
#[derive(Debug, Clone)]
pub(super) struct Char {
    pub(super) text: String,
    pub(super) x: f64,
    pub(super) y: f64,
    /// Where the next one would stand.
    pub(super) end: f64,
    /// The height of its font.
    pub(super) size: f64,
}

/// Reads a document.
pub(super) fn read(bytes: &[u8], bounds: &Bounds) -> Result<Document, Notice> {
    check(bytes, bounds)?;
    read_within(bytes, bounds, MOST_DRAWN)
}

/// Reads a document that was checked and may have so much drawn.
pub(super) fn read_within(bytes: &[u8], bounds: &Bounds, most_drawn: u64) -> Result<Document, Notice> {
    let outcome = std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
            // Nothing of what it works on is used again.
            catch_unwind(AssertUnwindSafe(|| read_pages(bytes, bounds, most_drawn)))
        });
        reader.map(|reader| reader.join())
    });
    match outcome {
        Ok(Ok(Ok(document))) => document,
        Ok(_) => Err(bad("a PDF that is broken in a way that its reader does not survive; not indexed")),
        Err(error) => Err(bad(&format!("a PDF for which no thread can be had ({error}); not indexed"))),
    }
}

fn bad(message: &str) -> Notice {
    Notice::new(Code::BadRecord, None, message)
}

fn read_pages(bytes: &[u8], bounds: &Bounds, most_drawn: u64) -> Result<Document, Notice> {
    let pdf = Pdf::new(Arc::new(bytes.to_vec())).map_err(|error| match error {
        LoadPdfError::Decryption(_) => bad("an encrypted PDF; save it without its password to have it indexed"),
        LoadPdfError::Invalid => bad("a PDF that cannot be read; not indexed"),
    })?;
    let longest_form = check_decoded(&pdf, bounds)?;
    let settings = InterpreterSettings { render_annotations: false, ..InterpreterSettings::default() };
    let cache = InterpreterCache::new();
    let mut paper = Paper {
        chars: Vec::new(),
        left: most_drawn,
        form: FORM.max(longest_form / FORM_BYTES),
        known: 0,
        images: 0,
        unknown: 0,
    };
    let (mut pages, mut cut) = (Vec::new(), None);
    for page in pdf.pages().iter() {
        if pages.len() >= MOST_PAGES {
            cut = Some(format!("a PDF of more than {MOST_PAGES} pages; the others are not read"));
            break;
        }
        let (transform, bbox) = (page.initial_transform(true), page.intersected_crop_box());
        let mut context = Context::new(transform.to_kurbo(), bbox.to_kurbo(), &cache, pdf.xref(), settings.clone());
        let outcome = catch_unwind(AssertUnwindSafe(|| interpret_page(page, &mut context, &mut paper)));
        let lines = lines(&std::mem::take(&mut paper.chars));
        match outcome {
            Ok(()) => pages.push(lines),
            Err(panic) if panic.is::<TooMuch>() => {
                pages.push(lines);
                cut = Some("a PDF that has more drawn than any document needs; what follows is not read".to_owned());
                break;
            }
            Err(panic) => resume_unwind(panic),
        }
    }
    let known = paper.known;
    if known == 0 && paper.unknown == 0 {
        let message = if paper.images > 0 { "no text layer; OCR it first" } else { "a PDF without text; not indexed" };
        return Err(Notice::new(Code::NoText, None, message));
    }
    if paper.unknown > known {
        let message = "its fonts do not tell which characters they show; OCR it first";
        return Err(Notice::new(Code::NoText, None, message));
    }
    Ok(Document { metadata: pdf.metadata().clone(), said: Said::new(&pdf), pages, cut })
}

/// What ends the reading of a document that asks for too much.
struct TooMuch;

/// Takes the characters of a page, and nothing else that is drawn.
struct Paper {
    chars: Vec<Char>,
    /// How much may still be drawn.
    left: u64,
    /// How much a form or a clip counts for.
    form: u64,
    /// How many characters have a known meaning.
    known: usize,
    images: u64,
    /// How many characters have no known meaning.
    unknown: usize,
}

impl Paper {
    fn count(&mut self, drawn: u64) {
        match self.left.checked_sub(drawn) {
            Some(left) => self.left = left,
            // No panic of the program: nothing is printed, and the caller knows it.
            None => resume_unwind(Box::new(TooMuch)),
        }
    }
}

impl<'a> Device<'a> for Paper {
    fn draw_glyph(&mut self, glyph: &Glyph<'a>, transform: Affine, within: Affine, _: &Paint<'a>, _: &GlyphDrawMode) {
        let mut text = match glyph.as_unicode() {
            // Letters that are set as one are several to a reader.
            Some(BfString::Char(character @ '\u{fb00}'..='\u{fb06}')) => character.nfkc().collect(),
            Some(BfString::Char(character)) => character.to_string(),
            Some(BfString::String(text)) => text,
            None => String::new(),
        };
        let end = (0..=text.len().min(MOST_OF_GLYPH)).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or(0));
        // What does not fit on the page is more than all that is left.
        self.count(if self.chars.len() < MOST_ON_PAGE { text.len().max(1) as u64 } else { u64::MAX });
        if text.is_empty() || text == "\u{fffd}" {
            self.unknown += 1;
            return;
        }
        let [a, b, c, d, x, y] = (transform * within).as_coeffs();
        let advance = match glyph {
            Glyph::Outline(outline) => f64::from(outline.advance_width().unwrap_or(500.0)),
            Glyph::Type3(_) => 500.0,
        };
        let (size, width) = (1000.0 * (c * c + d * d).sqrt(), advance * (a * a + b * b).sqrt());
        // Text that is filled and outlined is drawn twice.
        let is_repeated = self.chars.last().is_some_and(|last| last.text == text && last.x == x && last.y == y);
        if !is_repeated && [x, y, size, width].iter().all(|number| number.is_finite()) {
            self.known += 1;
            self.chars.push(Char { text, x, y, end: x + width, size });
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: Affine) {
        self.count(1);
        self.images += 1;
    }

    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}

    fn set_blend_mode(&mut self, _: BlendMode) {}

    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {
        self.count(1);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.count(self.form);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.count(self.form);
    }

    fn pop_clip_path(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
