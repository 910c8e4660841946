//! «Ý kiến của bạn»: the page on which another person gives or refuses consent.

use super::dossier::open;
use super::show;
use crate::app::Services;
use crate::commands;
use crate::errors::CONSENT_UNKNOWN;
use crate::inbox;
use crate::model::ConsentState;
use crate::plan;
use crate::queries;
use kernel::{Error, Result, limits, time};
use web::ui::{Answers, Fact, Facts, Tag};
use web::{Frame, Reply, Req, Section, Template, Tone};

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage {
    frame: Frame,
    title: String,
    text: String,
    basis: String,
    facts: Facts,
    answers: Answers,
    until: String,
    answered: Option<Tag>,
    open: bool,
    token: String,
}

/// What is asked, by whom, what it means. Only the person asked can open it.
pub fn page(s: &Services, req: &Req) -> Result<Reply> {
    let actor = req.actor()?;
    let token = req.param("token").to_owned();
    let find = token.clone();
    let c = s
        .store
        .read(move |tx| queries::consent_by_token(tx, &find))?
        .filter(|c| actor.subject() == Some(&c.person))
        .ok_or_else(|| Error::new(CONSENT_UNKNOWN))?;
    let o = open(s, &c.dossier)?;
    let say = &req.say;
    let (d, p) = (&o.d, &*o.p);
    let situation = plan::situation(&o.p, d)?;
    let wanted = situation.consents()?.into_iter().find(|x| x.id == c.consent);
    let wanted = wanted.ok_or_else(|| Error::new(CONSENT_UNKNOWN))?;
    let applicant = plan::applicant(&d.known);
    // The one who is asked sees who asks and what for, not the whole record.
    let facts = vec![
        Fact::new(say.t("consent-who"), d.name.as_str()).small(say.t1(
            "born",
            "date",
            show::day(applicant["birth"].as_str().unwrap_or_default()),
        )),
        Fact::new(say.t("consent-what"), say.local(p.name())),
    ];
    let awaited = plan::consents_awaited(p, &o.consents);
    let settled = !awaited.iter().any(|a| a.token == c.token);
    let answered = match c.state {
        ConsentState::Asked if settled => Some(Tag::plain(say.t("consent-settled"))),
        ConsentState::Asked => None,
        ConsentState::Given => Some(Tag::new(Tone::Good, say.t("consent-given")).with_icon()),
        ConsentState::Refused => Some(Tag::new(Tone::Bad, say.t("consent-refused")).with_icon()),
    };
    let page = ConsentPage {
        frame: req
            .frame(say.t("consent-title"), Section::Inbox)
            .crumb(say.t("web-nav-inbox"), "/hop-thu"),
        title: say.t1("consent-heading", "name", &d.name),
        text: say.local(&wanted.text).to_owned(),
        basis: wanted.basis,
        facts: Facts::new(say.t("consent-who"), facts).source(say.t("consent-source")),
        answers: Answers::new(say, show::answers(&situation, say, None)),
        until: time::weekday_and_day(c.expires_at.date(), say),
        open: answered.is_none() && !d.is_done() && req.now <= c.expires_at,
        answered,
        token,
    };
    Reply::page(&page)
}

/// Yes or no.
pub fn answer(s: &Services, req: &Req) -> Result<Reply> {
    let actor = req.actor()?.clone();
    let token = req.param("token").to_owned();
    let yes = match req.form("answer") {
        Some("yes") => true,
        Some("no") => false,
        _ => return Err(Error::new(kernel::error::ANSWER_MISSING).field("answer")),
    };
    let note: String =
        req.form("note").unwrap_or_default().chars().take(limits::LINE_CHARS_MAX).collect();
    let path = format!("/y-kien/{token}");
    let person = actor.subject().cloned();
    s.write(move |tx, env| commands::answer_consent(tx, env, &actor, &token, yes, &note))?;
    if let Some(person) = person {
        inbox::mark_link_read(&s.store, &person, &path)?;
    }
    let key = if yes { "consent-thanks-yes" } else { "consent-thanks-no" };
    Ok(Reply::redirect(path).flash(Tone::Good, req.say.t(key)))
}
