//! Acting for another: who may, for how long.

use crate::errors::{ACTING_NOT_FAMILY, ACTING_UNCONFIRMED, LEVEL2_NEEDED};
use crate::law::IdentityLaw;
use kernel::{Code, Date, Instant, Level, time};

/// As whom somebody acts for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Cha, mẹ: for a minor child.
    Parent,
    /// Người giám hộ, người đại diện: by the register.
    Guardian,
    /// Cán bộ một cửa: at the counter, confirmed by the person.
    Counter,
}

impl Role {
    /// As stored, and as [`kernel::ActingFor`] carries it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Guardian => "guardian",
            Self::Counter => "counter",
        }
    }
    /// From the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Parent, Self::Guardian, Self::Counter].into_iter().find(|r| r.as_str() == word)
    }
}

/// What the register says about the one who wants to act and the one acted for.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The person is the actor's child by the register.
    pub child: bool,
    /// The actor is the person's representative by the register.
    pub represents: bool,
    /// The person's date of birth.
    pub birth: Date,
}

/// Whether a parent or guardian may act, and as what.
pub fn family(law: &IdentityLaw, actor_level: Level, f: Family, today: Date) -> Result<Role, Code> {
    if actor_level < Level::Two {
        return Err(LEVEL2_NEEDED);
    }
    let minor = time::age_on(f.birth, today) < law.minor_under;
    match (f.child && minor, f.represents) {
        (true, _) => Ok(Role::Parent),
        (false, true) => Ok(Role::Guardian),
        (false, false) => Err(ACTING_NOT_FAMILY),
    }
}

/// Until when: the choice's own length, and for a child not past the day of coming of age.
pub fn family_until(law: &IdentityLaw, role: Role, birth: Date, now: Instant) -> Instant {
    let choice = now.plus_seconds(law.family_s);
    if role != Role::Parent {
        return choice;
    }
    let years = jiff::Span::new().years(law.minor_under);
    birth.checked_add(years).map_or(choice, |of_age| choice.min(Instant::start_of(of_age)))
}

/// How a person confirmed that a clerk acts for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// A code the person made on their own account a moment ago.
    Code(String),
    /// The person stands at the counter: the clerk read the chip card and the person agreed.
    Presence {
        /// The card was read and belongs to the person.
        card: bool,
        /// The person said yes, or signed the printed statement.
        agreed: bool,
    },
}

/// Whether presence was confirmed in full.
pub fn presence(card: bool, agreed: bool) -> Result<(), Code> {
    if card && agreed { Ok(()) } else { Err(ACTING_UNCONFIRMED) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn judged(
        level: Level,
        child: bool,
        represents: bool,
        birth: Date,
    ) -> Result<Role, &'static str> {
        let law = IdentityLaw::load().unwrap();
        let f = Family { child, represents, birth };
        family(&law, level, f, date(2026, 11, 23)).map_err(|c| c.id)
    }

    #[test]
    fn a_parent_acts_until_the_child_comes_of_age() {
        assert_eq!(judged(Level::Two, true, false, date(2008, 11, 24)), Ok(Role::Parent));
        assert_eq!(
            judged(Level::Two, true, false, date(2008, 11, 23)),
            Err("identity.acting_not_family")
        );
        assert_eq!(
            judged(Level::Two, false, false, date(2020, 1, 1)),
            Err("identity.acting_not_family")
        );
        assert_eq!(
            judged(Level::One, true, false, date(2020, 1, 1)),
            Err("identity.level2_needed")
        );
    }

    #[test]
    fn a_representative_acts_for_an_adult_too() {
        assert_eq!(judged(Level::Two, false, true, date(1950, 1, 1)), Ok(Role::Guardian));
        assert_eq!(judged(Level::Two, true, true, date(1990, 1, 1)), Ok(Role::Guardian));
    }

    #[test]
    fn the_choice_ends_by_itself() {
        let law = IdentityLaw::load().unwrap();
        let now = Instant::from_local(date(2026, 11, 23).at(20, 0, 0, 0));
        let until = |birth| family_until(&law, Role::Parent, birth, now);
        assert_eq!(until(date(2015, 5, 5)), now.plus_seconds(12 * 3600));
        assert_eq!(until(date(2008, 11, 24)), Instant::start_of(date(2026, 11, 24)));
        assert!(until(date(2008, 2, 29)) <= now.plus_seconds(12 * 3600));
    }

    #[test]
    fn presence_is_card_and_yes() {
        assert!(presence(true, true).is_ok());
        assert!(presence(true, false).is_err() && presence(false, true).is_err());
    }
}
