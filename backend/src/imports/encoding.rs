//! Bytes of a file as UTF-8, as they come: UTF-8, UTF-16 with its mark, Windows-1252 otherwise.
use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Turns chunks of bytes into UTF-8. A NUL, which PostgreSQL cannot keep, becomes a blank.
#[derive(Default)]
pub struct Transcoder {
    state: State,
    /// Bytes that wait for more: the file's first ones, or a character cut in two.
    held: Vec<u8>,
}

#[derive(Default)]
enum State {
    /// Too few bytes yet to see a byte order mark.
    #[default]
    Start,
    /// UTF-8 as far as we know; whether anything beyond ASCII has proved it.
    Utf8 { proved: bool },
    /// Something else, from here to the end.
    Other(Decoder),
}

impl Transcoder {
    /// Appends what these bytes say.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.run(bytes, false, out);
    }
    /// Appends what is left at the end of the file.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.run(&[], true, out);
    }

    fn run(&mut self, bytes: &[u8], last: bool, out: &mut Vec<u8>) {
        let joined;
        let mut bytes = bytes;
        if !self.held.is_empty() {
            self.held.extend_from_slice(bytes);
            joined = std::mem::take(&mut self.held);
            bytes = &joined;
        }
        if matches!(self.state, State::Start) {
            if bytes.len() < 3 && !last {
                self.held = bytes.to_vec();
                return;
            }
            let (state, mark) = match bytes {
                [0xef, 0xbb, 0xbf, ..] => (State::Utf8 { proved: true }, 3),
                [0xff, 0xfe, ..] => (State::Other(UTF_16LE.new_decoder_without_bom_handling()), 2),
                [0xfe, 0xff, ..] => (State::Other(UTF_16BE.new_decoder_without_bom_handling()), 2),
                _ => (State::Utf8 { proved: false }, 0),
            };
            self.state = state;
            bytes = &bytes[mark..];
        }
        let from = out.len();
        if let State::Utf8 { proved } = &mut self.state {
            match utf8(bytes, last, proved, out) {
                Rest::Held(held) => self.held = bytes[held..].to_vec(),
                Rest::NotUtf8(at) => {
                    // So far all was ASCII, which Windows-1252 shares.
                    let mut decoder = WINDOWS_1252.new_decoder_without_bom_handling();
                    decode(&mut decoder, &bytes[at..], last, out);
                    self.state = State::Other(decoder);
                }
            }
        } else if let State::Other(decoder) = &mut self.state {
            decode(decoder, bytes, last, out);
        }
        out[from..].iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b' ');
    }
}

enum Rest {
    /// From here on a character is not complete.
    Held(usize),
    /// From here on it is not UTF-8, and nothing before proved that it is.
    NotUtf8(usize),
}

/// Copies UTF-8. In a file that has proved to be UTF-8, a bad byte becomes the mark for one.
fn utf8(bytes: &[u8], last: bool, proved: &mut bool, out: &mut Vec<u8>) -> Rest {
    let mut at = 0;
    loop {
        let (good, error) = match std::str::from_utf8(&bytes[at..]) {
            Ok(text) => (text.len(), None),
            Err(error) => (error.valid_up_to(), Some(error)),
        };
        let text = &bytes[at..at + good];
        *proved |= !text.is_ascii();
        out.extend_from_slice(text);
        at += good;
        match error.map(|error| error.error_len()) {
            None => return Rest::Held(bytes.len()),
            Some(None) if !last => return Rest::Held(at),
            Some(_) if !*proved => return Rest::NotUtf8(at),
            Some(bad) => {
                out.extend_from_slice("\u{fffd}".as_bytes());
                at += bad.unwrap_or(bytes.len() - at);
            }
        }
    }
}

fn decode(decoder: &mut Decoder, bytes: &[u8], last: bool, out: &mut Vec<u8>) {
    let mut at = 0;
    loop {
        let room = decoder.max_utf8_buffer_length(bytes.len() - at).unwrap_or(0).max(64);
        let from = out.len();
        out.resize(from + room, 0);
        let (result, read, written, _) =
            decoder.decode_to_utf8(&bytes[at..], &mut out[from..], last);
        out.truncate(from + written);
        at += read;
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// In pieces of this size, as a connection may bring them.
    fn read(bytes: &[u8], size: usize) -> String {
        let (mut transcoder, mut out) = (Transcoder::default(), Vec::new());
        bytes.chunks(size).for_each(|chunk| transcoder.push(chunk, &mut out));
        transcoder.finish(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn utf_16(text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    }

    #[test]
    fn each_encoding_is_told_by_its_bytes() {
        let text = "Büro; 🔥 naïve";
        for size in [1, 2, 3, 7, 100] {
            assert_eq!(read(text.as_bytes(), size), text);
            assert_eq!(read(format!("\u{feff}{text}").as_bytes(), size), text);
            assert_eq!(read(&utf_16(text, [0xff, 0xfe], u16::to_le_bytes), size), text);
            assert_eq!(read(&utf_16(text, [0xfe, 0xff], u16::to_be_bytes), size), text);
            assert_eq!(read(b"B\xfcro; \x80 5", size), "Büro; € 5");
        }
    }

    #[test]
    fn a_bad_byte_in_utf_8_spoils_one_character() {
        assert_eq!(read("Büro \u{0}x".as_bytes(), 4), "Büro  x");
        assert_eq!(read(b"B\xc3\xbcro \xff x", 3), "Büro \u{fffd} x");
        assert_eq!(read(b"B\xc3\xbcro \xc3", 3), "Büro \u{fffd}");
        assert_eq!(read(b"ro \xc3", 3), "ro Ã");
        assert_eq!(read(b"", 1), "");
        assert_eq!(read(b"a", 1), "a");
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(bytes: Vec<u8>, size in 1usize..9) {
            prop_assert_eq!(read(&bytes, size), read(&bytes, usize::MAX));
        }
        #[test]
        fn utf_8_stays_as_it_is(text in "[^\u{0}\u{feff}]{0,60}", size in 1usize..9) {
            prop_assert_eq!(read(text.as_bytes(), size), text);
        }
    }
}
