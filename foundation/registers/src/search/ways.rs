//! Ways to people by their names: among whom the words are looked for, and the index that lists them.
//!
//! The given name, by which people are called and listed, is a column. Where none of the words typed is the
//! given name, all names of the commune are looked through, in the index alone (`person_of_commune`): some
//! fifty thousand in ten milliseconds. Whoever types three words or more has usually typed a whole name, found
//! by its given name; if the same words are all beside another given name, that name has four words at least,
//! and those have an index of their own (`person_long_name`, schema 014).

use super::sql::Sql;

/// Words typed from which on a name that has them all beside the given name is a long one.
const LONG_FROM: usize = 3;

/// Which people of an area a way leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among<'a> {
    /// Those with this given name.
    Given(&'a str),
    /// Those with names of four words or more.
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

impl Way<'_> {
    /// Adds the conditions to a statement on `person`.
    pub fn push(&self, sql: &mut Sql) {
        sql.with(if self.stays { "stay_commune =" } else { "commune =" }, self.commune);
        match self.among {
            Among::Given(word) => sql.with(" AND given_key =", word),
            // As the index has it, else the database does not see that it answers.
            Among::Long => {
                sql.push(" AND length(name_key) - length(replace(name_key, ' ', '')) >= 3");
            }
            Among::All => {}
        }
    }
}

/// The ways to people of these communes who have a given name or, without one, so many words beside it. Those
/// who only stay somewhere are few.
pub(super) fn all<'a>(
    communes: &'a [String],
    given: Option<&'a str>,
    words: usize,
) -> Vec<Way<'a>> {
    let (lives, stays) = match given {
        Some(given) => (Among::Given(given), Among::Given(given)),
        None if words >= LONG_FROM => (Among::Long, Among::All),
        None => (Among::All, Among::All),
    };
    let both = |commune| {
        let way = |stays, among| Way { commune, stays, among };
        [way(false, lives), way(true, stays)]
    };
    communes.iter().flat_map(|commune| both(commune.as_str())).collect()
}
