//! Ways to people by a word of their names: where the word may stand, and the index that answers for it.
//!
//! The given name, by which people are called and listed, is a column. For the other words of a name the
//! database keeps indexes of expressions (schema 009 and 013): no rows of their own that a change could forget,
//! written the same on both engines. A name has as many words as its parents like; the first two answer for
//! names of three words, the one before the given name beside them for names of four. Longer names are so few
//! that they are looked through.

use super::sql::Sql;

/// What stands behind the surname; of a name of one word all of it.
const BEHIND_FIRST: &str = "substr(name_key, instr(name_key, ' ') + 1)";
/// The letters of the name: `rtrim` takes away all of them, up to the last space.
const LETTERS: &str = "replace(name_key, ' ', '')";
/// What stands before the given name, a space behind it.
const WITHOUT_GIVEN: &str = "substr(name_key, 1, length(name_key) - length(given_key))";
/// People counted of one word and place, before it counts as frequent.
const COUNTED_MAX: usize = 500;

/// Where a word of a name stands beside the given name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// The surname.
    First,
    /// Behind the surname.
    Second,
    /// In front of the given name, in names of four words or more.
    BeforeGiven,
}

impl Stand {
    const ALL: [Self; 3] = [Self::First, Self::Second, Self::BeforeGiven];

    /// The expression and what else holds, as the index has them (013.sql): else the database does not see
    /// that it answers.
    fn expression(self) -> (String, &'static str) {
        match self {
            // A name may be one word.
            Self::First => ("substr(name_key, 1, instr(name_key || ' ', ' ') - 1)".to_owned(), ""),
            Self::Second => {
                (format!("substr({BEHIND_FIRST}, 1, instr({BEHIND_FIRST} || ' ', ' ') - 1)"), "")
            }
            Self::BeforeGiven => {
                let before = format!("rtrim({WITHOUT_GIVEN}, ' ')");
                let word = format!("substr({before}, length(rtrim({before}, {LETTERS})) + 1)");
                (word, " AND length(name_key) - length(replace(name_key, ' ', '')) >= 3")
            }
        }
    }
}

/// Which people of an area a way leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among<'a> {
    /// Those with this given name.
    Given(&'a str),
    /// Those with this word somewhere else.
    Word(Stand, &'a str),
    /// Those with names of five words or more.
    Long,
    /// All.
    All,
}

/// A way to some people of one commune, in the order of given names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way<'a> {
    /// Code of the commune.
    pub commune: &'a str,
    /// They stay there; else they have their permanent residence there.
    pub stays: bool,
    /// Which of them.
    pub among: Among<'a>,
}

impl<'a> Way<'a> {
    /// Adds the conditions to a statement on `person`. The word that they make sure of is returned.
    pub fn push(&self, sql: &mut Sql) -> Option<&'a str> {
        sql.with(if self.stays { "stay_commune =" } else { "commune =" }, self.commune);
        match self.among {
            Among::Given(word) => {
                sql.with(" AND given_key =", word);
                Some(word)
            }
            Among::Word(stand, word) => {
                let (expression, besides) = stand.expression();
                sql.with(&format!(" AND {expression} ="), word);
                sql.push(besides);
                Some(word)
            }
            Among::Long => {
                sql.push(" AND length(name_key) - length(replace(name_key, ' ', '')) >= 4");
                None
            }
            Among::All => None,
        }
    }
}

/// The ways to people of these communes who have a given name or, without one, a word beside it. Those who
/// only stay somewhere are few enough to be looked through.
pub(super) fn all<'a>(
    communes: &'a [String],
    given: Option<&'a str>,
    word: Option<&'a str>,
) -> Vec<Way<'a>> {
    let mut ways = Vec::new();
    for commune in communes {
        let mut add = |stays, among| ways.push(Way { commune, stays, among });
        match (given, word) {
            (Some(given), _) => {
                add(false, Among::Given(given));
                add(true, Among::Given(given));
            }
            (None, Some(word)) => {
                for stand in Stand::ALL {
                    add(false, Among::Word(stand, word));
                }
                add(false, Among::Long);
                add(true, Among::All);
            }
            (None, None) => {
                add(false, Among::All);
                add(true, Among::All);
            }
        }
    }
    ways
}

/// The statements that count, up to a limit, who has a word as surname and who behind it.
pub(super) fn counts(communes: &[String], word: &str) -> [Sql; 2] {
    [Stand::First, Stand::Second].map(|stand| {
        let mut sql = Sql::default();
        sql.one_of("SELECT COUNT(*) FROM (SELECT 1 AS one FROM person WHERE commune", communes);
        sql.with(&format!(" AND {} =", stand.expression().0), word);
        sql.with(" LIMIT", COUNTED_MAX);
        sql.push(") AS met");
        sql
    })
}
