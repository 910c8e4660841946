//! Who may have which level (NĐ 69/2024/NĐ-CP; ages in `data/identity/law.toml`).

use crate::errors::{
    CARD_NEEDED, GUARDIAN_WRONG, LEVEL_TOO_YOUNG, NEEDS_GUARDIAN, PRESENCE_INCOMPLETE,
};
use crate::law::{Asks, IdentityLaw};
use kernel::{Code, Level};

/// What an officer has checked with the person present (form TK01).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// The chip card was read and belongs to the person.
    pub card: bool,
    /// Face and fingerprints agree with the identity database.
    pub biometrics: bool,
    /// The person said in words that they want it.
    pub consent: bool,
}

/// A guardian's standing, as the register and the accounts say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardianStanding {
    /// Parent or representative by the register.
    pub by_register: bool,
    /// Of age and alive.
    pub of_age: bool,
    /// The guardian's account has level 2.
    pub level2: bool,
}

/// Whether a person may register themself online at level 1.
pub fn register_oneself(law: &IdentityLaw, age: i32) -> Result<(), Code> {
    match law.band(age).map(|b| b.asks) {
        Some(Asks::Oneself) => Ok(()),
        _ => Err(NEEDS_GUARDIAN),
    }
}

/// Whether level 2 may be granted to the person present.
pub fn level_two(
    law: &IdentityLaw,
    age: i32,
    presence: Presence,
    guardian: Option<GuardianStanding>,
) -> Result<(), Code> {
    let Some(band) = law.band(age).filter(|b| b.levels.contains(&Level::Two.number())) else {
        return Err(LEVEL_TOO_YOUNG);
    };
    if !presence.card {
        return Err(CARD_NEEDED);
    }
    if !(presence.biometrics && presence.consent) {
        return Err(PRESENCE_INCOMPLETE);
    }
    if band.asks == Asks::Guardian {
        let g = guardian.ok_or(NEEDS_GUARDIAN)?;
        if !(g.by_register && g.of_age && g.level2) {
            return Err(GUARDIAN_WRONG);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Presence = Presence { card: true, biometrics: true, consent: true };
    const PARENT: GuardianStanding =
        GuardianStanding { by_register: true, of_age: true, level2: true };

    fn granted(age: i32, p: Presence, g: Option<GuardianStanding>) -> Result<(), &'static str> {
        level_two(&IdentityLaw::load().unwrap(), age, p, g).map_err(|c| c.id)
    }

    #[test]
    fn fourteen_and_older_ask_themselves() {
        assert_eq!(granted(14, ALL, None), Ok(()));
        assert_eq!(granted(13, ALL, None), Err("identity.needs_guardian"));
        assert_eq!(granted(13, ALL, Some(PARENT)), Ok(()));
        assert_eq!(granted(6, ALL, Some(PARENT)), Ok(()));
        assert_eq!(granted(5, ALL, Some(PARENT)), Err("identity.level_too_young"));
        let law = IdentityLaw::load().unwrap();
        assert!(register_oneself(&law, 14).is_ok() && register_oneself(&law, 13).is_err());
    }

    #[test]
    fn nothing_is_granted_unchecked() {
        assert_eq!(granted(30, Presence { card: false, ..ALL }, None), Err("identity.card_needed"));
        for p in [Presence { biometrics: false, ..ALL }, Presence { consent: false, ..ALL }] {
            assert_eq!(granted(30, p, None), Err("identity.presence_incomplete"));
        }
    }

    #[test]
    fn a_guardian_is_one_by_register_of_age_and_of_level_two() {
        for g in [
            GuardianStanding { by_register: false, ..PARENT },
            GuardianStanding { of_age: false, ..PARENT },
            GuardianStanding { level2: false, ..PARENT },
        ] {
            assert_eq!(granted(10, ALL, Some(g)), Err("identity.guardian_wrong"));
        }
    }
}
