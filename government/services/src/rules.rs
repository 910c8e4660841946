//! Who may take which step, and what the clock does. Pure: no clock, no database.

use crate::errors::{DOSSIER_NOT_YOURS, DOSSIER_STATE, OWN_MATTER, SAME_PERSON};
use crate::model::{Act, Dossier};
use kernel::{Actor, Error, PersonalId, Result};

/// A step of the procedure, as the rules need it.
#[derive(Clone, Copy, Debug)]
pub struct StepView<'a> {
    /// `applicant`, `system`, or a post such as `commune-police.officer`.
    pub who: &'a str,
    /// The step whose actor must be another person (four eyes).
    pub not_same_person_as: Option<&'a str>,
}

/// May this actor take a step of this dossier now?
///
/// Officers: the post of the step, an appointment that reaches the dossier's place, not their own
/// matter, not the person who took the step that four-eyes names. Applicant: the person themself, or
/// somebody acting for them.
pub fn may_act(
    d: &Dossier,
    step: StepView,
    actor: &Actor,
    acts: &[Act],
    concerned: &[PersonalId],
    province: &str,
) -> Result<()> {
    if d.is_done() {
        return Err(Error::new(DOSSIER_STATE));
    }
    match step.who {
        "system" => {
            if actor.is_system() {
                Ok(())
            } else {
                Err(Error::new(DOSSIER_STATE))
            }
        }
        "applicant" => {
            if actor.subject() == Some(&d.applicant) {
                Ok(())
            } else {
                Err(Error::new(DOSSIER_NOT_YOURS))
            }
        }
        post => {
            if !holds_here(actor, post, &d.place, province) {
                return Err(Error::new(DOSSIER_NOT_YOURS));
            }
            let person = actor.person.as_ref();
            if person.is_some_and(|p| p == &d.applicant || concerned.contains(p)) {
                return Err(Error::new(OWN_MATTER));
            }
            if let Some(other) = step.not_same_person_as {
                let last = acts.iter().rev().find(|a| a.from == other && a.person.is_some());
                if last.is_some_and(|a| a.person.as_ref() == person) {
                    return Err(Error::new(SAME_PERSON));
                }
            }
            Ok(())
        }
    }
}

/// Whether the actor works in this post at this place (a provincial appointment reaches all its
/// communes).
pub fn holds_here(actor: &Actor, post: &str, place: &str, province: &str) -> bool {
    actor
        .appointment
        .as_ref()
        .is_some_and(|a| a.post.as_str() == post && (a.place == place || a.place == province))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Channel;
    use kernel::{Appointment, Instant, Level, Localized, Vnd};

    fn person(n: u8) -> PersonalId {
        PersonalId::parse(&format!("0352000000{n:02}")).expect("twelve digits")
    }

    fn officer(n: u8, post: &str, place: &str) -> Actor {
        Actor {
            account: format!("a{n}").into(),
            person: Some(person(n)),
            level: Level::Two,
            acting_for: None,
            appointment: Some(Appointment {
                id: "p".into(),
                agency: format!("CA.{place}").into(),
                agency_name: Localized::default(),
                post: post.into(),
                post_name: Localized::default(),
                place: place.to_owned(),
            }),
            session: None,
        }
    }

    fn dossier() -> Dossier {
        Dossier {
            code: "H42.13594-261123-0001".into(),
            procedure: "1.004194".into(),
            version: 1,
            case: "single".into(),
            state: "proposed".into(),
            channel: Channel::Online,
            applicant: person(1),
            filed_by: "a1".into(),
            agency: "CA.13594".into(),
            place: "13594".into(),
            name: "Vũ Thị Lan".into(),
            known: std::sync::Arc::default(),
            answers: std::sync::Arc::default(),
            fee: Vnd(7000),
            fee_row: String::new(),
            paid_at: None,
            filed_at: Instant(0),
            accepted_at: None,
            due_at: None,
            state_at: Instant(0),
            done_at: None,
            late_told: false,
            warned: 0,
            supplements: 0,
            row_version: 1,
        }
    }

    fn proposed_by(n: u8) -> Vec<Act> {
        vec![Act {
            n: 1,
            action: "propose".into(),
            from: "accepted".into(),
            to: "proposed".into(),
            at: Instant(0),
            person: Some(person(n)),
            name: String::new(),
            post: None,
            note: String::new(),
            reason: String::new(),
            basis: String::new(),
        }]
    }

    #[test]
    fn four_eyes_place_and_own_matter() {
        let step = StepView { who: "commune-police.head", not_same_person_as: Some("accepted") };
        let check = |actor: &Actor, acts: &[Act], concerned: &[PersonalId]| {
            may_act(&dossier(), step, actor, acts, concerned, "37").map_err(|e| e.code().id)
        };
        let head = officer(3, "commune-police.head", "13594");
        assert_eq!(check(&head, &proposed_by(2), &[]), Ok(()));
        assert_eq!(check(&head, &proposed_by(3), &[]), Err("dossier.same_person"));
        assert_eq!(check(&head, &proposed_by(2), &[person(3)]), Err("dossier.own_matter"));
        let applicant_in_office = officer(1, "commune-police.head", "13594");
        assert_eq!(check(&applicant_in_office, &proposed_by(2), &[]), Err("dossier.own_matter"));
        let next_commune = officer(3, "commune-police.head", "13597");
        assert_eq!(check(&next_commune, &proposed_by(2), &[]), Err("dossier.not_yours"));
        let wrong_post = officer(3, "commune-police.officer", "13594");
        assert_eq!(check(&wrong_post, &proposed_by(2), &[]), Err("dossier.not_yours"));
        let province = officer(3, "commune-police.head", "37");
        assert_eq!(check(&province, &proposed_by(2), &[]), Ok(()));
    }

    #[test]
    fn nothing_moves_a_dossier_that_has_ended() {
        let mut d = dossier();
        d.done_at = Some(Instant(1));
        let step = StepView { who: "system", not_same_person_as: None };
        let e = may_act(&d, step, &Actor::system("clock"), &[], &[], "37").expect_err("ended");
        assert!(e.is(DOSSIER_STATE));
    }
}
