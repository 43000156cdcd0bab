//! Rows put together from columns, after the Dremel paper (Melnik et al., 2010): where the path to a value ends says what
//! is absent, and where it repeats says which list goes on.

use ::parquet::basic::{ConvertedType, LogicalType, Repetition};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::schema::types::Type;

use super::columns::Column;
use crate::corpus::formats::keys::{Entries, Node};

/// A field of a row.
pub(super) struct Field {
    /// Its columns: the first, and the one behind the last.
    columns: (usize, usize),
    kind: Kind,
}

enum Kind {
    Value,
    Group(Vec<(String, Field)>),
    /// What may be absent, and the level at which it is there.
    Optional(i16, Box<Field>),
    /// A list: the level at which it has something in it, and that at which it goes on.
    List(i16, i16, Box<Field>),
    /// A list of keys and values.
    Map(Box<Field>),
}

/// How far down a schema is, and the next column.
#[derive(Clone, Copy)]
struct Place {
    def: i16,
    rep: i16,
}

impl Field {
    /// Returns the fields of a row, and how many columns they have.
    pub(super) fn of_row(schema: &Type) -> (Vec<(String, Field)>, usize) {
        let mut next = 0;
        let place = Place { def: 0, rep: 0 };
        let fields =
            schema.get_fields().iter().map(|field| (field.name().to_owned(), Field::of(field, place, &mut next)));
        let fields: Vec<_> = fields.collect();
        (fields, next)
    }

    /// Returns a field of a schema, which does not nest deep.
    fn of(part: &Type, place: Place, next: &mut usize) -> Field {
        let first = *next;
        let info = part.get_basic_info();
        let repetition = if info.has_repetition() { info.repetition() } else { Repetition::REQUIRED };
        let kind = match repetition {
            Repetition::REQUIRED => return Field::inside(part, place, next),
            Repetition::OPTIONAL => {
                let def = place.def + 1;
                Kind::Optional(def, Box::new(Field::inside(part, Place { def, ..place }, next)))
            }
            Repetition::REPEATED => {
                let (def, rep) = (place.def + 1, place.rep + 1);
                Kind::List(def, rep, Box::new(Field::inside(part, Place { def, rep }, next)))
            }
        };
        Field { columns: (first, *next), kind }
    }

    /// Returns a field that is there once.
    fn inside(part: &Type, place: Place, next: &mut usize) -> Field {
        let first = *next;
        if part.is_primitive() {
            *next += 1;
            return Field { columns: (first, *next), kind: Kind::Value };
        }
        let info = part.get_basic_info();
        let repeated = match part.get_fields() {
            [only] if only.get_basic_info().has_repetition() => {
                Some(only).filter(|only| only.get_basic_info().repetition() == Repetition::REPEATED)
            }
            _ => None,
        };
        let is_list =
            matches!(info.logical_type_ref(), Some(LogicalType::List)) || info.converted_type() == ConvertedType::LIST;
        let is_map = matches!(info.logical_type_ref(), Some(LogicalType::Map))
            || matches!(info.converted_type(), ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE);
        if let Some(repeated) = repeated.filter(|_| is_list || is_map) {
            let (def, rep) = (place.def + 1, place.rep + 1);
            let place = Place { def, rep };
            // Between a list and its elements stands a group that says nothing, but in files of older programs.
            let element = match if repeated.is_group() { repeated.get_fields() } else { &[] } {
                [element] if is_list && repeated.name() != "array" && !repeated.name().ends_with("_tuple") => {
                    Field::of(element, place, next)
                }
                _ => Field::inside(repeated, place, next),
            };
            let list = Field { columns: (first, *next), kind: Kind::List(def, rep, Box::new(element)) };
            let kind = if is_map { Kind::Map(Box::new(list)) } else { return list };
            return Field { columns: (first, *next), kind };
        }
        let fields =
            part.get_fields().iter().map(|field| (field.name().to_owned(), Field::of(field, place, next))).collect();
        Field { columns: (first, *next), kind: Kind::Group(fields) }
    }

    /// Takes the field of the next row out of the columns. `left` is how many bytes the row may yet have: none where it had
    /// more, and then no more of it is kept.
    pub(super) fn take(&self, columns: &mut [Column], left: &mut Option<usize>) -> Result<Node> {
        match &self.kind {
            Kind::Value => columns[self.columns.0].take(left)?.ok_or_else(ends),
            Kind::Group(fields) => take_fields(fields, columns, left).map(Node::Map),
            Kind::Optional(level, field) => {
                if self.def(columns)? < *level {
                    return self.skip(columns).map(|()| Node::Null);
                }
                field.take(columns, left)
            }
            Kind::List(level, repeats, field) => {
                let mut nodes = Vec::new();
                if self.columns.0 == self.columns.1 {
                    return Ok(Node::List(nodes));
                }
                if self.def(columns)? < *level {
                    return self.skip(columns).map(|()| Node::List(nodes));
                }
                loop {
                    let node = field.take(columns, left)?;
                    *left = left.and_then(|left| left.checked_sub(size_of::<Node>()));
                    if left.is_some() {
                        nodes.push(node);
                    }
                    if columns[self.columns.0].rep() < *repeats {
                        return Ok(Node::List(nodes));
                    }
                }
            }
            Kind::Map(list) => match list.take(columns, left)? {
                Node::List(pairs) => Ok(Node::Map(pairs.into_iter().filter_map(pair).collect())),
                other => Ok(other),
            },
        }
    }

    fn def(&self, columns: &mut [Column]) -> Result<i16> {
        match columns[self.columns.0..self.columns.1].first_mut() {
            Some(column) => column.def()?.ok_or_else(ends),
            None => Ok(i16::MAX),
        }
    }

    /// Passes over what stands for an absent field: one value a column.
    fn skip(&self, columns: &mut [Column]) -> Result<()> {
        for column in &mut columns[self.columns.0..self.columns.1] {
            column.take(&mut None)?.ok_or_else(ends)?;
        }
        Ok(())
    }
}

fn ends() -> ParquetError {
    ParquetError::EOF("a column ends before the others".to_owned())
}

/// Takes the fields of a group or row.
pub(super) fn take_fields(
    fields: &[(String, Field)],
    columns: &mut [Column],
    left: &mut Option<usize>,
) -> Result<Entries> {
    let mut entries = Entries::with_capacity(fields.len());
    for (name, field) in fields {
        let node = field.take(columns, left)?;
        *left = left.and_then(|left| left.checked_sub(size_of::<(String, Node)>() + name.len()));
        if left.is_some() {
            entries.push((name.clone(), node));
        }
    }
    Ok(entries)
}

/// Returns a key and a value of a map, whatever they are called.
fn pair(node: Node) -> Option<(String, Node)> {
    let Node::Map(entries) = node else { return None };
    let mut nodes = entries.into_iter().map(|(_, node)| node);
    let key = match nodes.next()? {
        Node::Text(key) => key,
        other => other.shown(),
    };
    Some((key, nodes.next().unwrap_or(Node::Null)))
}
