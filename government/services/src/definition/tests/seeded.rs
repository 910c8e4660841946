//! Several hundred files broken by machine, from a seed: at least 95 in 100 must be refused.
//!
//! Each mutant changes one thing a tired person might get wrong: a key, a name inside an expression, a
//! code or state, an amount, a line left out. What slips through is legal text or a name that nothing
//! else in the file speaks of; the list of it is printed if there is too much.

use super::{built_in_files, findings};

/// How many mutants are tried, and the seed they are drawn with.
const MUTANTS: usize = 400;
const SEED: u64 = 20_261_123;

struct Mutant {
    file: usize,
    what: String,
    text: String,
}

/// The byte ranges of strings on a line, without their quotes.
fn strings(line: &str) -> Vec<(usize, usize)> {
    let quotes: Vec<usize> = line.match_indices('"').map(|(i, _)| i).collect();
    quotes.chunks_exact(2).map(|pair| (pair[0] + 1, pair[1])).collect()
}

/// Whether a string is meant for the program: a code, a name, a state, an expression.
fn for_the_program(line: &str, from: usize, text: &str) -> bool {
    let key = line[..from - 1].trim_end().trim_end_matches(['=', ' ']);
    let key = key.rsplit([' ', '{', '[', ',']).find(|k| !k.is_empty()).unwrap_or_default();
    let free = ["vi", "en", "basis", "sector", "form", "path", "note", "code"];
    text.len() > 3 && text.is_ascii() && !free.contains(&key)
}

/// The names inside a text, letters of at least four.
fn names(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (i, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_ascii_alphabetic() || c == '_', start) {
            (true, None) => start = Some(i),
            (false, Some(s)) => {
                if i - s >= 4 {
                    found.push((s, i));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Every mutant of one file.
fn mutants(file: usize, text: &str) -> Vec<Mutant> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut put = |what: String, from: usize, to: usize, new: &str| {
        let text = format!("{}{new}{}", &text[..from], &text[to..]);
        out.push(Mutant { file, what, text });
    };
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let at = |i: usize| start + i;
        let bare = line.trim_end();
        if bare.starts_with('#') || bare.is_empty() {
            start += line.len();
            continue;
        }
        // a key misspelt
        if let Some((key, _)) = bare.split_once('=').filter(|(k, _)| k.trim().len() > 2) {
            let end = key.trim_end().len();
            if key.trim().bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
                put(format!("{}: key {}", n + 1, key.trim()), at(end - 1), at(end), "");
            }
        }
        for (from, to) in
            strings(bare).into_iter().filter(|(f, t)| for_the_program(bare, *f, &bare[*f..*t]))
        {
            // two letters of a name exchanged
            for (a, b) in names(&bare[from..to]) {
                let (x, y) = (from + b - 2, from + b);
                let swapped: String = bare[x..y].chars().rev().collect();
                if swapped != bare[x..y] {
                    put(format!("{}: {}", n + 1, &bare[from + a..y]), at(x), at(y), &swapped);
                }
            }
        }
        // an amount with a digit more
        for (i, _) in bare.match_indices("_000") {
            put(format!("{}: amount", n + 1), at(i), at(i), "0");
        }
        // a line left out
        if bare.contains(" = ") && !bare.starts_with("hint") && !bare.starts_with(' ') {
            put(
                format!("{}: left out: {}", n + 1, &bare.split('=').next().unwrap_or_default()),
                start,
                start + line.len(),
                "",
            );
        }
        start += line.len();
    }
    out
}

/// A small generator: the tests depend on nothing but the seed.
fn draw(state: &mut u64, below: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % below as u64).unwrap_or(0)
}

#[test]
fn nearly_all_seeded_mistakes_are_refused() {
    let files = built_in_files();
    let mut all: Vec<Mutant> =
        files.iter().enumerate().flat_map(|(i, (_, text))| mutants(i, text)).collect();
    assert!(all.len() > 2 * MUTANTS, "only {} mutants", all.len());
    let mut state = SEED;
    let mut slipped = Vec::new();
    for _ in 0..MUTANTS {
        let m = all.swap_remove(draw(&mut state, all.len()));
        let changed: Vec<(&str, &str)> = files
            .iter()
            .enumerate()
            .map(|(i, (name, text))| (*name, if i == m.file { m.text.as_str() } else { *text }))
            .collect();
        if findings(&changed).is_empty() {
            slipped.push(format!("{}:{}", files[m.file].0, m.what));
        }
    }
    let refused = MUTANTS - slipped.len();
    assert!(
        refused * 100 >= MUTANTS * 95,
        "{refused} of {MUTANTS} refused; slipped through:\n{}",
        slipped.join("\n")
    );
}
