//! As much of Thrift's compact protocol as the headers of pages and the outline of a schema need. Everything else is
//! stepped over. `None` is for bytes that end too early or are none of it.

/// How deep structures nest. Those of Parquet stay below 10.
const DEEPEST: u32 = 32;

/// Bytes of the compact protocol.
pub(super) struct Thrift<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// The numbers of a structure, and of those directly in it: the field of the inner one or 0, the number's field, the number.
pub(super) struct Numbers(Vec<(i16, i16, i64)>);

impl Numbers {
    pub(super) fn get(&self, inner: i16, field: i16) -> Option<i64> {
        self.0
            .iter()
            .find(|(known_inner, known, _)| (*known_inner, *known) == (inner, field))
            .map(|(_, _, number)| *number)
    }
}

impl<'b> Thrift<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Thrift<'b> {
        Thrift { bytes, at: 0 }
    }

    /// Returns how many bytes were read.
    pub(super) fn read(&self) -> usize {
        self.at
    }

    /// Reads a structure.
    pub(super) fn numbers(&mut self) -> Option<Numbers> {
        let mut numbers = Vec::new();
        let mut last = 0;
        while let Some((field, kind)) = self.field(&mut last)? {
            if kind == 12 {
                let mut inner_last = 0;
                while let Some((inner, kind)) = self.field(&mut inner_last)? {
                    self.number(kind)?.into_iter().for_each(|number| numbers.push((field, inner, number)));
                }
            } else {
                self.number(kind)?.into_iter().for_each(|number| numbers.push((0, field, number)));
            }
        }
        Some(Numbers(numbers))
    }

    /// Goes to the list in a field of a structure that begins here, and returns how many elements it has.
    pub(super) fn list_in(&mut self, wanted: i16) -> Option<usize> {
        let mut last = 0;
        while let Some((field, kind)) = self.field(&mut last)? {
            if field == wanted {
                return (kind == 9).then(|| self.list()).flatten().map(|(_, count)| count);
            }
            self.skip(kind, DEEPEST)?;
        }
        None
    }

    /// Tells whether a structure that begins here has a field.
    pub(super) fn has_field(&mut self, wanted: i16) -> Option<bool> {
        let mut last = 0;
        while let Some((field, kind)) = self.field(&mut last)? {
            if field == wanted {
                return Some(true);
            }
            self.skip(kind, DEEPEST)?;
        }
        Some(false)
    }

    /// Returns the next field of a structure and its kind, or that there is none.
    fn field(&mut self, last: &mut i16) -> Option<Option<(i16, u8)>> {
        let header = self.byte()?;
        if header == 0 {
            return Some(None);
        }
        *last = match header >> 4 {
            0 => i16::try_from(self.zigzag()?).ok()?,
            step => last.checked_add(i16::from(step))?,
        };
        Some(Some((*last, header & 15)))
    }

    /// Reads a value, and returns it where it is a number, or yes or no.
    fn number(&mut self, kind: u8) -> Option<Option<i64>> {
        match kind {
            1 => Some(Some(1)),
            2 => Some(Some(0)),
            4..=6 => self.zigzag().map(Some),
            _ => self.skip(kind, DEEPEST).map(|()| None),
        }
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | 2 => {}
            3 => drop(self.byte()?),
            4..=6 => drop(self.varint()?),
            7 => self.step(8)?,
            8 => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.step(length)?;
            }
            9 | 10 => {
                let (kind, count) = self.list()?;
                // In a list yes and no are a byte each.
                (0..count).try_for_each(|_| self.skip(if kind <= 2 { 3 } else { kind }, depth))?;
            }
            12 => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip(kind, depth)?;
                }
            }
            // Maps stand in no structure of Parquet.
            _ => return None,
        }
        Some(())
    }

    /// Reads the beginning of a list: the kind of its elements, each of which has a byte at least, and their number.
    fn list(&mut self) -> Option<(u8, usize)> {
        let header = self.byte()?;
        let count = match header >> 4 {
            15 => usize::try_from(self.varint()?).ok()?,
            few => usize::from(few),
        };
        (count <= self.bytes.len() - self.at).then_some((header & 15, count))
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn step(&mut self, count: usize) -> Option<()> {
        self.at = self.at.checked_add(count).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    /// Reads a number without sign, which other encodings of Parquet write as Thrift does.
    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    pub(super) fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        let magnitude = i64::try_from(value >> 1).ok()?;
        Some(if value & 1 == 1 { -magnitude - 1 } else { magnitude })
    }
}

/// The deepest nesting and the most columns that a schema may have.
const DEEPEST_SCHEMA: usize = 64;
const MOST_ELEMENTS: usize = 20_000;

/// Tells what is wrong with the outline of a schema in a footer: the crate goes down into it as deep as it says.
pub(super) fn problem_of_schema(footer: &[u8]) -> Option<&'static str> {
    const BROKEN: Option<&str> = Some("its schema cannot be read");
    let mut thrift = Thrift::new(footer);
    let Some(count) = thrift.list_in(2) else { return BROKEN };
    if count > MOST_ELEMENTS {
        return Some("its schema has more than 20000 columns");
    }
    // How many children each group that is open still has.
    let mut open: Vec<i64> = Vec::new();
    for at in 0..count {
        let Some(numbers) = thrift.numbers() else { return BROKEN };
        while open.last() == Some(&0) {
            open.pop();
        }
        match open.last_mut() {
            Some(left) => *left -= 1,
            None if at > 0 => return BROKEN,
            None => {}
        }
        let children = numbers.get(0, 5).unwrap_or(0);
        if usize::try_from(children).map_or(true, |children| children > count) {
            return BROKEN;
        }
        if children > 0 {
            open.push(children);
        }
        if open.len() > DEEPEST_SCHEMA {
            return Some("its schema nests more than 64 deep");
        }
    }
    open.iter().any(|left| *left > 0).then_some("its schema cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_are_read_to_their_end() {
        // Fields 1: 300, 2: a text, 5: a structure with 1: -2 and 2: yes, 6: a list of three numbers.
        let bytes = [0x15, 0xd8, 0x04, 0x18, 2, b'h', b'i', 0x3c, 0x15, 0x03, 0x11, 0, 0x19, 0x35, 2, 4, 6, 0, 9];
        let mut thrift = Thrift::new(&bytes);
        let numbers = thrift.numbers().expect("a structure");
        assert_eq!((numbers.get(0, 1), numbers.get(5, 1), numbers.get(5, 2)), (Some(300), Some(-2), Some(1)));
        assert_eq!((numbers.get(0, 6), thrift.read()), (None, 18));
        for end in 0..18 {
            assert!(Thrift::new(&bytes[..end]).numbers().is_none(), "{end}");
        }
        let endless = [0x1c; 100];
        assert!(Thrift::new(&endless).numbers().is_none());
    }
}
