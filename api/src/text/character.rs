//! Characters that no text may contain.
//!
//! Text that clients send is free of three kinds of characters. [RFC 9839](https://www.rfc-editor.org/rfc/rfc9839)
//! explains why the first two are problematic in data formats, and leaves both out of its subset "Unicode Assignables".
//!
//! | kind | characters | reason |
//! |---|---|---|
//! | control codes | U+0000–U+001F, U+007F–U+009F, but for tab, line feed and carriage return in texts of several lines | They drive terminals and show nothing. PostgreSQL can't store U+0000. |
//! | noncharacters | U+FDD0–U+FDEF, and the last two code points of each of the 17 planes, such as U+FFFE | Unicode reserves them for use within a program. |
//! | invisible layout | U+2028, U+2029 | They break a line where one is expected, and end statements in older JavaScript. |
//! | | U+FEFF | The byte order mark: it belongs in front of a file, and shows nothing. |
//! | | U+202A–U+202E, U+2066–U+2069 | They override or isolate the direction of text ([UAX #9](https://www.unicode.org/reports/tr9/)) and can reach beyond the text, into the page around it. |
//!
//! The marks U+200E, U+200F and U+061C are allowed: they act on what is beside them only. So are joiners, which emoji
//! and many scripts need.

use std::ops::Range;

/// How many lines a text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One: tabs and line breaks are refused as well.
    One,
    /// One that is not prose, such as a slug or a URL: no space takes the place of what is refused.
    Word,
    /// Any number.
    Many,
}

/// The characters of a text that must not be in it: the first of them, and how many others there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    character: char,
    /// From 1, in Unicode code points.
    line: usize,
    column: usize,
    is_of_several_lines: bool,
    is_value: bool,
    others: usize,
}

/// Finds the characters that must not be in a text.
#[must_use]
pub fn find_refused(text: &str, lines: Lines) -> Option<Refused> {
    find_between(text, lines, 0..text.len())
}

/// The same as [`find_refused`], for a text that is stored without surrounding white space.
#[must_use]
pub fn find_refused_in_trimmed(text: &str, lines: Lines) -> Option<Refused> {
    let start = text.len() - text.trim_start().len();
    find_between(text, lines, start..text.trim_end().len())
}

fn find_between(text: &str, lines: Lines, range: Range<usize>) -> Option<Refused> {
    let is_fault = |(place, character): &(usize, char)| {
        range.contains(place) && is_refused(*character) && !(lines == Lines::Many && is_layout(*character))
    };
    let mut faults = text.char_indices().filter(is_fault);
    let (place, character) = faults.next()?;
    let before = &text[..place];
    let is_of_several_lines = lines == Lines::Many && text.trim_end().contains('\n');
    let (line, start) = if is_of_several_lines {
        (before.matches('\n').count() + 1, before.rfind('\n').map_or(0, |place| place + 1))
    } else {
        (1, 0)
    };
    let column = before[start..].chars().count() + 1;
    Some(Refused {
        character,
        line,
        column,
        is_of_several_lines,
        is_value: lines == Lines::Word,
        others: faults.count(),
    })
}

impl Refused {
    /// The problem and its fix, as a predicate: "contains U+2028 (line separator) at character 17; remove it".
    #[must_use]
    pub fn message(&self) -> String {
        let character = describe(self.character);
        let place = if self.is_of_several_lines {
            format!("line {}, character {}", self.line, self.column)
        } else {
            format!("character {}", self.column)
        };
        match self.others {
            0 if is_layout(self.character) && !self.is_value => {
                format!("contains {character} at {place}; replace it with a space")
            }
            0 => format!("contains {character} at {place}; remove it"),
            1 => format!("contains {character} at {place}, and 1 more character that is not allowed; remove both"),
            others => format!("contains {character} at {place}, and {others} more that are not allowed; remove them"),
        }
    }
}

/// Whether a character must not be in any text of one line.
#[must_use]
pub const fn is_refused(character: char) -> bool {
    character.is_ascii_control()
        || matches!(character, '\u{80}'..='\u{9f}')
        || is_noncharacter(character)
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a character shows nothing by itself: blanks, and what shapes the letters around it.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    let shapes = matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}');
    character.is_whitespace() || shapes || matches!(character, '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}')
}

/// A character for a message: itself where it is seen, else its code point and name.
#[must_use]
pub fn describe(character: char) -> String {
    if character == ' ' {
        return "a space".into();
    }
    if character.is_alphanumeric() || (character.is_ascii_punctuation() && character != '`') {
        return format!("`{character}`");
    }
    let code = u32::from(character);
    name(character).map_or_else(|| format!("U+{code:04X}"), |name| format!("U+{code:04X} ({name})"))
}

const fn is_layout(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r')
}

const fn is_noncharacter(character: char) -> bool {
    let code = character as u32;
    code & 0xfffe == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef)
}

/// The name of a character that is refused, and of some others that are not seen, in the wording of the Unicode
/// standard.
fn name(character: char) -> Option<&'static str> {
    Some(match character {
        '\0' => "null",
        '\u{7}' => "alert",
        '\u{8}' => "backspace",
        '\t' => "tab",
        '\n' => "line feed",
        '\u{b}' => "line tabulation",
        '\u{c}' => "form feed",
        '\r' => "carriage return",
        '\u{1b}' => "escape",
        '`' => "grave accent",
        '\u{7f}' => "delete",
        '\u{85}' => "next line",
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2010}' => "hyphen",
        '\u{2011}' => "non-breaking hyphen",
        '\u{2013}' => "en dash",
        '\u{2014}' => "em dash",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{feff}' => "byte order mark",
        other if is_noncharacter(other) => "noncharacter",
        other if other.is_control() => "control character",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, lines: Lines) -> Option<String> {
        find_refused_in_trimmed(text, lines).map(|refused| refused.message())
    }

    #[test]
    fn an_error_names_the_character_and_its_position() {
        let rows = [
            ("Real-time tracing\u{2028}", None),
            ("Real-time tracin\u{2028}g", Some("contains U+2028 (line separator) at character 17; remove it")),
            ("\u{feff}a", Some("contains U+FEFF (byte order mark) at character 1; remove it")),
            ("  é\u{202e}a", Some("contains U+202E (right-to-left override) at character 4; remove it")),
            ("a\u{ffff}", Some("contains U+FFFF (noncharacter) at character 2; remove it")),
            ("a\u{9b}31m", Some("contains U+009B (control character) at character 2; remove it")),
            ("a\nb", Some("contains U+000A (line feed) at character 2; replace it with a space")),
            (
                "a\0b\0c",
                Some("contains U+0000 (null) at character 2, and 1 more character that is not allowed; remove both"),
            ),
            ("\0\0\0", Some("contains U+0000 (null) at character 1, and 2 more that are not allowed; remove them")),
        ];
        for (text, expected) in rows {
            assert_eq!(message(text, Lines::One).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn single_tokens_must_not_contain_spaces() {
        assert_eq!(
            find_refused("a\n", Lines::Word).map(|refused| refused.message()).as_deref(),
            Some("contains U+000A (line feed) at character 2; remove it")
        );
    }

    #[test]
    fn multi_line_texts_can_have_tabs_and_line_breaks() {
        assert_eq!(message("a\r\n\tb\n", Lines::Many), None);
        assert_eq!(
            message("\na\r\nbc\u{2066}d", Lines::Many).as_deref(),
            Some("contains U+2066 (left-to-right isolate) at line 3, character 3; remove it")
        );
        assert_eq!(
            message("bc\u{2066}d\n", Lines::Many).as_deref(),
            Some("contains U+2066 (left-to-right isolate) at character 3; remove it")
        );
    }

    #[test]
    fn exactly_the_listed_characters_are_rejected() {
        let all: Vec<char> = ('\0'..=char::MAX).filter(|character| is_refused(*character)).collect();
        let noncharacters = all.iter().filter(|character| is_noncharacter(**character)).count();
        assert_eq!(noncharacters, 66);
        // C0 with delete, C1, the separators, the marks of direction and the byte order mark.
        assert_eq!(all.len() - noncharacters, 33 + 32 + 2 + 9 + 1);
        assert!(all.iter().all(|character| name(*character).is_some()));
        for character in ['\u{200d}', '\u{200f}', '\u{61c}', '\u{fffd}', '\u{e000}', '\u{10fffd}', '\u{fdf0}', ' '] {
            assert!(!is_refused(character), "{character:?}");
        }
    }
}
