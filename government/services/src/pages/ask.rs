//! A procedure's questions as form components. Questions that come up with one option of a choice
//! alone stand under that option: answered on the same page, with and without scripts.

use crate::definition::model::{Ask, AskKind, Column};
use crate::definition::{Question, Situation};
use kernel::{Date, Say};
use web::ui::Choice;
use web::{Form, Markup};

/// Empty rows shown below the filled ones of a list of people.
const EMPTY_ROWS: usize = 2;

/// The situation if a question (first) were answered with this option (second).
pub type IfChosen<'a> = &'a dyn Fn(&str, &str) -> Option<Situation>;

/// The question that the page has as its heading: the first, if its boxes have labels of their own.
pub fn heading(situation: &Situation) -> Option<&Ask> {
    let first = situation.questions().into_iter().next()?;
    (first.ask.kind == AskKind::Address).then_some(first.ask)
}

/// The components of the questions to be shown, by id, filled with what was typed.
pub fn questions(
    situation: &Situation,
    if_chosen: IfChosen,
    form: &Form,
    today: Date,
    say: &Say,
) -> Vec<(String, Markup)> {
    let branches = branches(situation, if_chosen);
    let under = |id: &str| branches.iter().any(|b| b.asks.iter().any(|a| a == id));
    let all = situation.questions();
    let top = all.iter().filter(|q| !under(&q.ask.id));
    top.map(|q| {
        let more = |option: &str| {
            let own = branches.iter().filter(|b| b.of == q.ask.id && b.option == option);
            let html: String = own.map(|b| b.markup(form, today, say)).collect();
            Markup::trusted(html)
        };
        let label = match heading(situation) {
            Some(h) if h.id == q.ask.id => say.t("ask-commune"),
            _ => say.local(&q.ask.label).to_owned(),
        };
        (q.ask.id.clone(), question(q, &label, &more, form, today, say))
    })
    .collect()
}

/// Questions that one option of a choice brings along.
struct Branch {
    of: String,
    option: String,
    then: Situation,
    asks: Vec<String>,
}

impl Branch {
    fn markup(&self, form: &Form, today: Date, say: &Say) -> String {
        let none = |_: &str| Markup::default();
        let all = self.then.questions();
        let own = all.iter().filter(|q| self.asks.contains(&q.ask.id));
        own.map(|q| {
            let label = say.local(&q.ask.label);
            question(q, label, &none, form, today, say).to_string()
        })
        .collect()
    }
}

fn branches(situation: &Situation, if_chosen: IfChosen) -> Vec<Branch> {
    let mut found: Vec<Branch> = Vec::new();
    for q in situation.questions().iter().filter(|q| q.ask.kind == AskKind::Choice) {
        let then = |o: &crate::definition::Opt| Some((o.id.clone(), if_chosen(&q.ask.id, &o.id)?));
        let options: Vec<(String, Situation)> = q.options.iter().filter_map(then).collect();
        let asks: Vec<Vec<String>> = options.iter().map(|(_, s)| simple(s)).collect();
        for (i, (option, then)) in options.into_iter().enumerate() {
            let elsewhere = |id: &String| {
                let others = asks.iter().enumerate().filter(|(j, _)| *j != i);
                others.flat_map(|(_, a)| a).any(|a| a == id)
                    || found.iter().any(|b: &Branch| b.asks.contains(id))
            };
            let own: Vec<String> = asks[i].iter().filter(|id| !elsewhere(id)).cloned().collect();
            if asks.len() > 1 && !own.is_empty() {
                found.push(Branch { of: q.ask.id.clone(), option, then, asks: own });
            }
        }
    }
    found
}

/// Questions that can stand under an option: what can be answered does not hang on further facts.
fn simple(s: &Situation) -> Vec<String> {
    let hangs = |k: &AskKind| matches!(k, AskKind::Pick(_) | AskKind::People | AskKind::Address);
    let all = s.questions();
    all.iter().filter(|q| !hangs(&q.ask.kind)).map(|q| q.ask.id.clone()).collect()
}

fn question(
    q: &Question,
    label: &str,
    more: &dyn Fn(&str) -> Markup,
    form: &Form,
    today: Date,
    say: &Say,
) -> Markup {
    let ask = q.ask;
    let hint = ask.hint.as_ref().map_or("", |h| say.local(h));
    let id = ask.id.as_str();
    let options = || -> Vec<Choice> {
        let choice = |o: &crate::definition::Opt| {
            let hint = o.hint.as_ref().map_or("", |h| say.local(h));
            Choice::new(&o.id, say.local(&o.label)).hint(hint).more(more(&o.id))
        };
        q.options.iter().map(choice).collect()
    };
    let marker = format!("<input type=\"hidden\" name=\"_asked\" value=\"{id}\">");
    let shown: Markup = match &ask.kind {
        AskKind::Address => {
            let mut c = form.address(id, label);
            if !hint.is_empty() {
                c = c.hint(hint);
            }
            let typed = form.value(&format!("{id}.commune"));
            if c.error.is_some() && !typed.is_empty() {
                c = c.candidates(candidates(typed, today));
            }
            (&c).into()
        }
        AskKind::Date => {
            let c = form.date(id, label).hint(hint);
            (&if ask.optional { c.optional() } else { c }).into()
        }
        AskKind::Choice => (&form.choice(id, label, &options()).hint(hint)).into(),
        AskKind::Code(_) => {
            let c = form.select(id, label, &options()).hint(hint);
            (&if ask.optional { c.first_line(say.t("ask-none")).optional() } else { c }).into()
        }
        AskKind::Pick(_) => (&form.pick(id, label, &options()).hint(hint)).into(),
        AskKind::Text => {
            let long = ask.max.is_some_and(|m| m > 200);
            let c = if long { form.lines(id, label) } else { form.text(id, label) }.hint(hint);
            (&if ask.optional { c.optional() } else { c }).into()
        }
        AskKind::Money => (&form.money(id, label).hint(hint)).into(),
        AskKind::Count => (&form.text(id, label).digits().short().hint(hint)).into(),
        AskKind::People => people(ask, form, label, hint, say),
    };
    Markup::trusted(format!("{marker}{shown}"))
}

/// Communes that fit what was typed, to choose from without scripts.
fn candidates(typed: &str, today: Date) -> Vec<Choice> {
    let hits = places::suggest(typed, today, None).hits;
    hits.iter()
        .map(|h| {
            Choice::new(h.code, kernel::vietnamese::first_upper(&h.full_name()))
                .hint(h.was.clone().unwrap_or_default())
        })
        .collect()
}

/// A list of people: one group of boxes a row, a few empty rows more than are filled.
fn people(ask: &Ask, form: &Form, label: &str, hint: &str, say: &Say) -> Markup {
    let most = ask.max.and_then(|m| usize::try_from(m).ok()).unwrap_or(20);
    let value = |i: usize, c: &Column| form.value(&format!("{}.{i}.{}", ask.id, c.as_str()));
    let filled =
        (0..most).take_while(|i| ask.columns.iter().any(|c| !value(*i, c).is_empty())).count();
    let rows = (filled + EMPTY_ROWS).min(most.max(1));
    let escape = web::markup::escape;
    let mut html = format!(
        "<fieldset class=\"q people\" id=\"f-{}\"><legend>{}</legend>",
        escape(&ask.id),
        escape(label)
    );
    if !hint.is_empty() {
        html.push_str(&format!("<p class=\"hint\">{}</p>", escape(hint)));
    }
    if let Some(e) = form.errors.text(&ask.id).filter(|_| filled == 0) {
        html.push_str(&format!("<p class=\"msg\">{}</p>", escape(e)));
    }
    for i in 0..rows {
        let n = escape(&say.t1("people-row", "n", i + 1));
        html.push_str(&format!("<fieldset class=\"card people-row\"><legend>{n}</legend>"));
        for column in &ask.columns {
            html.push_str(column_question(ask, form, i, *column, say).as_str());
        }
        html.push_str("</fieldset>");
    }
    html.push_str(&format!("<p class=\"hint\">{}</p></fieldset>", escape(&say.t("people-more"))));
    Markup::trusted(html)
}

fn column_question(ask: &Ask, form: &Form, i: usize, column: Column, say: &Say) -> Markup {
    let name = format!("{}.{i}.{}", ask.id, column.as_str());
    let label = say.t(&format!("people-{}", column.as_str()));
    match column {
        Column::Sex => {
            let options = ["female", "male"].map(|s| Choice::new(s, say.t(&format!("sex-{s}"))));
            (&form.choice(&name, label, &options).inline()).into()
        }
        Column::Birth => {
            (&form.text(&name, label).medium().hint(say.t("people-birth-hint"))).into()
        }
        Column::Pid => (&form.text(&name, label).personal_id()).into(),
        Column::Name => (&form.text(&name, label)).into(),
    }
}
