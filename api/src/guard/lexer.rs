//! The tokens of a document, as the lexical grammar of GraphQL has them: counted before the parser sees it.

use std::collections::HashSet;

use async_graphql::Pos;

use crate::error::Fault;

/// How long a name may be, in bytes: errors repeat names, and nothing in a schema is called that.
const LONGEST_NAME: usize = 255;
/// What a document is made of.
const DEFINITIONS: [&str; 4] = ["query", "mutation", "subscription", "fragment"];

/// What a document holds before it is parsed.
#[derive(Clone, Debug, Default)]
pub struct Lexed {
    /// How many bytes it has.
    pub bytes: usize,
    /// How many tokens it has.
    pub tokens: usize,
    /// How deep brackets are nested at most.
    pub depth: usize,
    /// The first mistake in it. What comes after is counted all the same.
    pub mistake: Option<Mistake>,
}

/// What is wrong in a document, and where.
#[derive(Clone, Debug)]
pub struct Mistake {
    what: String,
    offset: usize,
}

impl Mistake {
    /// The mistake as a client reads it.
    #[must_use]
    pub fn fault(&self, document: &str) -> Fault {
        not_graphql(&self.what, place(document, self.offset))
    }
}

/// A document that is no GraphQL, for a reason at a place.
#[must_use]
pub fn not_graphql(reason: &str, place: Pos) -> Fault {
    let Pos { line, column } = place;
    Fault::bad_request(format!("The document is no GraphQL at line {line}, column {column}: {reason}.")).at(place)
}

/// Line and column of a byte, counted from 1 and in letters.
fn place(document: &str, offset: usize) -> Pos {
    let before = &document[..offset.min(document.len())];
    let unified = before.replace("\r\n", "\n").replace('\r', "\n");
    let column = unified.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Pos { line: unified.matches('\n').count() + 1, column }
}

/// The token at a place or right after it, short enough to show; none at the end.
#[must_use]
pub fn token_at(document: &str, place: Pos) -> Option<String> {
    let line = document.replace("\r\n", "\n").replace('\r', "\n");
    let mut rest = line.split_inclusive('\n').skip(place.line - 1);
    let first: String = rest.next().unwrap_or_default().chars().skip(place.column - 1).collect();
    let text = rest.fold(first, |text, line| text + line);
    let mut lexer = Lexer::new(&text);
    let (start, end) = lexer.token()?;
    Some(text[start..end].chars().take(40).collect())
}

/// Counts the tokens of a document.
#[must_use]
pub fn lex(document: &str) -> Lexed {
    let mut lexer = Lexer::new(document);
    let mut nest = Nest::default();
    let mut lexed = Lexed { bytes: document.len(), ..Lexed::default() };
    while let Some((start, end)) = lexer.token() {
        lexed.tokens += 1;
        if let Some(what) = nest.take(&document[start..end], start) {
            lexer.mistake(what, start);
        }
    }
    lexed.depth = nest.deepest;
    if let (Some((bracket, at)), None) = (nest.open.last(), &lexer.mistake) {
        lexer.mistake(format!("this `{bracket}` is never closed"), *at);
    }
    lexed.mistake = lexer.mistake;
    lexed
}

/// The brackets around a token, and the names that were given in each value that is an object.
#[derive(Default)]
struct Nest<'a> {
    open: Vec<(char, usize)>,
    deepest: usize,
    /// One for each round bracket and each brace within; a brace within a round bracket is an object.
    given: Vec<HashSet<&'a str>>,
    last_name: Option<&'a str>,
    /// Whether a definition has begun, and its selection set is not closed yet.
    within: bool,
}

impl<'a> Nest<'a> {
    /// Takes a token, and says what is wrong with it in its place.
    fn take(&mut self, token: &'a str, at: usize) -> Option<String> {
        let name = token.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let wrong = match token {
            "{" | "[" | "(" => {
                self.open(token, at);
                None
            }
            "}" | "]" | ")" => self.close(token),
            ":" => self.give(),
            _ if name && token.len() > LONGEST_NAME => {
                Some(format!("a name has {} letters, but at most {LONGEST_NAME} are taken", token.len()))
            }
            _ if name && !self.within && !DEFINITIONS.contains(&token) => {
                let right = "expected `{`, `query`, `mutation`, `subscription` or `fragment`";
                Some(format!("{right}, found `{token}`"))
            }
            _ => None,
        };
        self.last_name = name.then_some(token);
        self.within = token != "}" || !self.open.is_empty();
        wrong
    }

    fn open(&mut self, token: &str, at: usize) {
        let bracket = token.chars().next().unwrap_or_default();
        self.open.push((bracket, at));
        self.deepest = self.deepest.max(self.open.len());
        if bracket == '(' || bracket == '{' && !self.given.is_empty() {
            self.given.push(HashSet::new());
        }
    }

    fn close(&mut self, token: &str) -> Option<String> {
        let Some((bracket, _)) = self.open.pop() else { return Some(format!("this `{token}` closes nothing")) };
        if bracket != '[' {
            self.given.pop();
        }
        let right = match bracket {
            '{' => "}",
            '[' => "]",
            _ => ")",
        };
        (right != token).then(|| format!("expected `{right}`, found `{token}`"))
    }

    /// A name was given a value: in an object, each is given one once. Arguments are left to validation.
    fn give(&mut self) -> Option<String> {
        let (Some(('{', _)), Some(given), Some(name)) = (self.open.last(), self.given.last_mut(), self.last_name)
        else {
            return None;
        };
        (!given.insert(name)).then(|| format!("the field `{name}` is given twice in one value"))
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    mistake: Option<Mistake>,
}

impl<'a> Lexer<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, at: 0, mistake: None }
    }

    fn mistake(&mut self, what: impl Into<String>, offset: usize) {
        if self.mistake.as_ref().is_none_or(|earlier| earlier.offset > offset) {
            self.mistake = Some(Mistake { what: what.into(), offset });
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        self.at - start
    }

    /// Where the next token starts and ends.
    fn token(&mut self) -> Option<(usize, usize)> {
        self.skip_ignored();
        let start = self.at;
        match self.peek()? {
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                self.skip_while(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
            }
            b'-' | b'0'..=b'9' => self.number(),
            b'"' if self.text[start..].starts_with("\"\"\"") => self.block_text(),
            b'"' => self.text_in_quotes(),
            b'.' if self.text[start..].starts_with("...") => self.at += 3,
            b'!' | b'$' | b'&' | b'(' | b')' | b':' | b'=' | b'@' | b'[' | b']' | b'{' | b'|' | b'}' => self.at += 1,
            _ => self.unexpected(),
        }
        Some((start, self.at))
    }

    fn skip_ignored(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r' | b',') => self.at += 1,
                Some(b'#') => {
                    self.skip_while(|byte| !matches!(byte, b'\n' | b'\r'));
                }
                Some(_) if self.text[self.at..].starts_with('\u{feff}') => self.at += '\u{feff}'.len_utf8(),
                _ => return,
            }
        }
    }

    fn unexpected(&mut self) {
        let Some(letter) = self.text[self.at..].chars().next() else { return };
        let what = match letter {
            '\'' | '“' | '”' | '„' | '`' => {
                format!("unexpected `{letter}`; texts stand in straight double quotes")
            }
            '.' => "unexpected `.`; a spread has three dots".to_owned(),
            ';' => "unexpected `;`; fields need nothing between them but a blank".to_owned(),
            _ if letter.is_control() => format!("unexpected character U+{:04X}", u32::from(letter)),
            _ => format!("unexpected character `{letter}`"),
        };
        self.mistake(what, self.at);
        self.at += letter.len_utf8();
    }

    fn number(&mut self) {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            let sign = matches!(byte, b'+' | b'-') && matches!(self.text.as_bytes()[self.at - 1], b'e' | b'E');
            if !sign && !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'.') {
                break;
            }
            self.at += 1;
        }
        if !is_number(&self.text[start..self.at]) {
            let shown: String = self.text[start..self.at].chars().take(40).collect();
            self.mistake(format!("`{shown}` is no number; numbers are such as 12, -3 and 6.02e23"), start);
        }
    }

    /// A text in quotes ends in its line.
    fn text_in_quotes(&mut self) {
        let start = self.at;
        self.at += 1;
        loop {
            self.skip_while(|byte| !matches!(byte, b'"' | b'\\' | b'\n' | b'\r'));
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return;
                }
                Some(b'\\') => self.escape(),
                _ => return self.mistake("the text that starts here has no closing `\"` in its line", start),
            }
        }
    }

    fn escape(&mut self) {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
                let code = std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_hexdigit));
                let code = code.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                if code.and_then(char::from_u32).is_none() {
                    let what = "`\\u` takes four hexadecimal digits of one character; \
                                what lies beyond U+FFFF can be written as itself";
                    self.mistake(what, start);
                }
            }
            _ => self
                .mistake("unknown escape; there are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits", start),
        }
    }

    fn block_text(&mut self) {
        let start = self.at;
        self.at += 3;
        loop {
            self.skip_while(|byte| !matches!(byte, b'"' | b'\\'));
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return self.mistake("the text that starts here has no closing `\"\"\"`", start);
            }
            if rest.starts_with("\"\"\"") {
                self.at += 3;
                return;
            }
            self.at += if rest.starts_with("\\\"\"\"") { 4 } else { 1 };
        }
    }
}

/// Whether a text is an `IntValue` or a `FloatValue`.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(document: &str) -> String {
        lex(document).mistake.map(|mistake| mistake.fault(document).message.into_owned()).unwrap_or_default()
    }

    #[test]
    fn brackets_in_texts_and_comments_do_not_count() {
        assert_eq!(lex("{ a(b: \"[[[[\") # ((((\n }").depth, 2);
        assert_eq!(lex("{ a(b: \"\"\" {{ \\\"\"\" {{ \"\"\") { c } }").depth, 2);
        assert_eq!(lex("{ a(b: \"\\\"{{{\") }").depth, 2);
    }

    #[test]
    fn commas_blanks_and_comments_are_no_tokens() {
        assert_eq!(
            lex("\u{feff}{ a, b ,, # c d e\r\n f(x: 1.5e-3, y: \"a b\", z: \"\"\"a \" b\"\"\") ...G }").tokens,
            18
        );
        assert_eq!(lex("").tokens, 0);
    }

    #[test]
    fn what_is_well_formed_has_no_mistake() {
        for document in [
            "{ a(x: {a: 1, b: {a: 1}}, y: [{a: 1}, {a: 2}]) { a } b: a }",
            "query Q($a: [Int!]! = [1 -2 0 0.5 1E5] @d(x: \"\\u00e9\\n\") ) { a } fragment F on A { a } { b }",
            "subscription { a } mutation M { a }",
        ] {
            assert_eq!(message(document), "", "{document}");
        }
    }

    #[test]
    fn mistakes_say_what_is_wrong_and_where() {
        for (document, said) in [
            ("{ a(b: \"x\n\") }", "line 1, column 8: the text that starts here has no closing"),
            ("{ a(b: \"\"\"x\"\") }", "column 8: the text that starts here has no closing `\"\"\"`"),
            ("{\r\n  é }", "line 2, column 3: unexpected character `é`"),
            ("{ é % }", "column 3: unexpected character `é`"),
            ("{ a('x') }", "double quotes"),
            ("{ a ", "column 1: this `{` is never closed"),
            ("{ a } }", "column 7: this `}` closes nothing"),
            ("{ a(b: [1) }", "column 10: expected `]`, found `)`"),
            ("{ a(b: 01) }", "`01` is no number"),
            ("{ a(b: 1x) }", "`1x` is no number"),
            ("{ a(b: -) }", "`-` is no number"),
            ("{ a(b: \"\\x\") }", "unknown escape"),
            ("{ a(b: \"\\ud800\") }", "four hexadecimal digits"),
            ("{ a(b: {c: 1, d: 2, c: 3}) }", "column 22: the field `c` is given twice"),
            ("queryA { a }", "expected `{`, `query`"),
            ("{ a } b", "found `b`"),
        ] {
            assert!(message(document).contains(said), "{document}: {}", message(document));
        }
        assert!(message(&format!("{{ {} }}", "a".repeat(256))).contains("256 letters"));
        assert_eq!(message(&format!("{{ {} }}", "a".repeat(255))), "");
    }
}
