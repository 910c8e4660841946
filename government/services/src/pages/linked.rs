//! Links that answer a question: «thông tin này chưa đúng» beside a datum leads to the form by which
//! it is corrected, with that datum chosen.

use crate::definition::Procedure;
use crate::definition::model::AskKind;
use kernel::Localized;
use web::Req;

/// What the link that led here says.
pub(super) struct Linked {
    /// The question's id.
    pub ask: String,
    /// The question.
    pub question: Localized,
    /// The parameter, to be handed on.
    pub parameter: String,
    /// What the link proposes.
    pub value: String,
    /// The option's words; none if this procedure does not offer it.
    pub chosen: Option<Localized>,
}

/// The first question that the address answers.
pub(super) fn linked(p: &Procedure, req: &Req) -> Option<Linked> {
    p.file().ask.iter().find_map(|ask| {
        let parameter = ask.link.clone()?;
        let value = req.query(&parameter)?.to_owned();
        let own = || ask.options.iter().find(|o| o.id == value).map(|o| o.label.clone());
        let chosen = match &ask.kind {
            AskKind::Code(list) => {
                let codes = p.library().codes.get(list).map_or(&[][..], |l| &l.code);
                let offered = |c: &&crate::definition::library::CodeRow| {
                    c.id == value && !ask.except.contains(&c.id)
                };
                codes.iter().find(offered).map(|c| c.label.clone())
            }
            _ => own(),
        };
        let (ask, question) = (ask.id.clone(), ask.label.clone());
        Some(Linked { ask, question, parameter, value, chosen })
    })
}
