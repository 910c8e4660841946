//! Did you mean …: the nearest of the words that would have been right.

/// The nearest of the candidates, if one is near enough to be a slip of the hand.
pub fn nearest<'a>(typed: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (typed.chars().count() / 3).max(2);
    candidates
        .filter(|c| !c.is_empty())
        .map(|c| (distance(typed, c), c))
        .filter(|(d, _)| *d <= limit)
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

/// Letters to insert, drop or change to get from one word to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut left_up = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let change = left_up + usize::from(ca != *cb);
            left_up = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(left_up + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_strange_one_is_not() {
        let words = ["name", "summary", "channels", "known.applicant"];
        let near = |t| nearest(t, words.iter().copied());
        assert_eq!(near("naem"), Some("name"));
        assert_eq!(near("sumary"), Some("summary"));
        assert_eq!(near("chanels"), Some("channels"));
        assert_eq!(near("known.aplicant"), Some("known.applicant"));
        assert_eq!(near("retention"), None);
    }
}
