//! `/vai-tro`: in which role the person works.

use super::{again, desk, landing};
use crate::commands::appointments;
use crate::service::Identity;
use kernel::{Appointment, AppointmentId, Result};
use web::ui::Choice;
use web::{Form, Frame, Reply, Req, Section, Template, Tone};

/// The value of «as a citizen».
const CITIZEN: &str = "citizen";

#[derive(Template)]
#[template(path = "identity_role.html")]
struct RolePage {
    frame: Frame,
    form: Form,
    next: String,
    options: Vec<Choice>,
}

fn render(req: &Req, form: Form, next: &str) -> Result<Reply> {
    let visitor = req.signed_in()?;
    let say = &req.say;
    let post = |a: &Appointment| {
        Choice::new(a.id.as_str(), say.local(&a.post_name)).hint(say.local(&a.agency_name))
    };
    let citizen = Choice::new(CITIZEN, say.t("identity-role-citizen"))
        .hint(say.t("identity-role-citizen-hint"));
    let options = match visitor.posts.is_empty() {
        true => Vec::new(),
        false => visitor.posts.iter().map(post).chain([citizen]).collect(),
    };
    let now = visitor.actor.appointment.as_ref().map_or(CITIZEN, |a| a.id.as_str());
    Reply::page(&RolePage {
        frame: req.frame(say.t("identity-role"), Section::Account),
        form: form.with("post", now),
        next: web::paths::own(next).to_owned(),
        options,
    })
}

pub(super) fn page(_: &Identity, req: &Req) -> Result<Reply> {
    render(req, Form::new(&req.say), req.query("tiep").unwrap_or("/"))
}

/// Begins or stops working in a post. The menu of every page posts here too.
pub(super) fn choose(id: &Identity, req: &Req) -> Result<Reply> {
    let visitor = req.signed_in()?;
    let next = req.form("tiep").unwrap_or("/");
    let chosen = req.form_line("post").and_then(|post| {
        let to = (post != CITIZEN).then(|| AppointmentId::new(post));
        let (actor, chosen) = (visitor.actor.clone(), to.clone());
        id.change(&visitor.actor.account, move |tx| {
            appointments::choose_post(tx, &actor, chosen.as_ref())
        })?;
        Ok(to)
    });
    let to = match chosen {
        Ok(to) => to,
        Err(e) => {
            let (form, status) = again(req, e)?;
            return Ok(render(req, form, next)?.status(status));
        }
    };
    let post = visitor.posts.iter().find(|p| Some(&p.id) == to.as_ref());
    let said = match post {
        Some(p) => req.say.t1("identity-role-now", "post", req.say.local(&p.post_name)),
        None => req.say.t("identity-role-citizen-now"),
    };
    // Without a page to go back to, a post begins at its own desk.
    let to = match landing(next, false).as_str() {
        "/" => desk(req, post.map(|p| p.post.as_str())),
        page => page.to_owned(),
    };
    Ok(Reply::redirect(to).flash(Tone::Info, said))
}
