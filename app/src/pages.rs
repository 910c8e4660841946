//! Pages about the installation itself: for whoever runs the province, and the three pages every
//! site owes its readers.

use crate::province::Province;
use kernel::{Result, Say, time};
use services::Services;
use store::{FailedJob, Store};
use web::markup::escape;
use web::ui::{Cell, Column, Empty, Row, Table, Tag};
use web::{Frame, Markup, Pages, Reply, Req, Routes, Section, Template, Tone};

struct State {
    store: Store,
    services: Services,
}

/// The routes of this room.
pub fn routes(province: &Province) -> Pages {
    let state = State { store: province.store.clone(), services: province.services.clone() };
    Routes::new(state)
        .get("/quan-tri", operator)
        .post("/quan-tri/viec/chay-lai", retry)
        .get("/quan-tri/thu-tuc", definitions)
        .get("/cach-giu-du-lieu", |_, r| about(r, "data"))
        .get("/tiep-can", |_, r| about(r, "access"))
        .get("/openapi.json", |_, _| Reply::json(&openapi()))
        .into_pages()
}

#[derive(Template)]
#[template(path = "operator.html")]
struct OperatorPage {
    frame: Frame,
    followers: Table,
    jobs: Table,
    failed: Table,
    head: String,
}

/// What runs, what lags, what failed and why.
fn operator(s: &State, req: &Req) -> Result<Reply> {
    req.post("operator")?;
    let say = &req.say;
    let (followers, counts, failed, head) = s.store.read(|tx| {
        Ok((tx.follower_state()?, tx.jobs_overview()?, tx.jobs_failed()?, tx.journal_head()?))
    })?;
    let columns = |keys: &[&str]| keys.iter().map(|k| Column::new(say.t(k))).collect::<Vec<_>>();
    let followers: Vec<Row> = followers
        .iter()
        .map(|f| {
            let state = match &f.error {
                Some(e) => Tag::new(Tone::Bad, e.as_str()).with_icon(),
                None if f.lag > 0 => Tag::new(Tone::Warn, say.t1("op-lag", "n", f.lag)),
                None => Tag::new(Tone::Good, say.t("op-up-to-date")).with_icon(),
            };
            Row::new(vec![
                Cell::two(named(say, &format!("op-follower-{}", key(&f.name)), &f.name), &f.name),
                Cell::text(say.number(f.cursor)),
                Cell::with(&state),
            ])
        })
        .collect();
    let jobs = counts
        .iter()
        .map(|c| {
            Row::new(vec![
                Cell::two(named(say, &format!("op-kind-of-{}", key(&c.kind)), &c.kind), &c.kind),
                Cell::text(say.t(&format!("op-job-{}", c.state))),
                Cell::text(say.number(c.count)),
            ])
        })
        .collect();
    let frame = req.frame(say.t("op-title"), Section::Operator);
    let failed = failed.iter().map(|f| failed_row(&frame, f)).collect();
    let page = OperatorPage {
        frame,
        followers: Table::new(
            say.t("op-followers"),
            columns(&["op-name", "op-cursor", "op-state"]),
            followers,
        ),
        jobs: Table::new(say.t("op-jobs"), columns(&["op-kind", "op-state", "op-count"]), jobs)
            .empty(Empty::new("queue", say.t("op-no-jobs"), String::new())),
        failed: Table::new(
            say.t("op-failed"),
            columns(&["op-kind", "op-cause", "op-attempts", "op-next", "op-action"]),
            failed,
        )
        .empty(Empty::new("queue", say.t("op-none-failed"), say.t("op-none-failed-text"))),
        head: say.number(head),
    };
    Reply::page(&page)
}

/// The name of a job or follower in words; its own name if there are none.
fn named(say: &Say, key: &str, name: &str) -> String {
    if say.has(key) { say.t(key) } else { name.to_owned() }
}

/// A name as a part of a key.
fn key(name: &str) -> String {
    name.replace(['.', '_'], "-")
}

/// A job that failed: what it is, why, when it is tried again, and a button that does not wait.
fn failed_row(frame: &Frame, f: &FailedJob) -> Row {
    let say = &frame.say;
    let next = match f.dead {
        true => Cell::with(&Tag::new(Tone::Bad, say.t("op-job-dead")).with_icon()),
        false => Cell::text(f.due_at.clock_and_day()),
    };
    let (id, of) = (escape(&f.id), escape(&f.key));
    let words = escape(&say.t("op-retry"));
    let retry = Markup::trusted(format!(
        "<form method=\"post\" action=\"/quan-tri/viec/chay-lai\">{}\
         <input type=\"hidden\" name=\"id\" value=\"{id}\">\
         <button class=\"btn second small\" aria-label=\"{words}: {of}\">{words}</button></form>",
        frame.csrf()
    ));
    // The cause begins with the code of the error: its sentence first, what a technician needs below.
    let sentence = format!("error-{}", key(f.cause.split(' ').next().unwrap_or_default()));
    let cause = match say.has(&sentence) {
        true => Cell::two(say.t(&sentence), &f.cause),
        false => Cell::text(&f.cause),
    };
    Row::new(vec![
        Cell::two(named(say, &format!("op-kind-of-{}", key(&f.kind)), &f.kind), &f.key),
        cause,
        Cell::text(f.attempts.to_string()),
        next,
        Cell::with(retry),
    ])
}

/// Sends a job that failed on again, now.
fn retry(s: &State, req: &Req) -> Result<Reply> {
    req.post("operator")?;
    // In the form, not in the address: a job's name holds slashes.
    let id = req.form_line("id")?;
    s.store.write(move |tx| tx.job_retry(&id))?;
    Ok(Reply::redirect("/quan-tri").flash(Tone::Good, req.say.t("op-retried")))
}

#[derive(Template)]
#[template(path = "definitions.html")]
struct DefinitionsPage {
    frame: Frame,
    table: Table,
    uncertain: Vec<Uncertain>,
}

/// What is not certain in one definition.
struct Uncertain {
    title: String,
    notes: Vec<(String, String)>,
}

/// The definitions in force, and what is not certain in them.
fn definitions(s: &State, req: &Req) -> Result<Reply> {
    req.post("operator")?;
    let say = &req.say;
    let today = req.now.date();
    let mut rows = Vec::new();
    let mut uncertain = Vec::new();
    for p in s.services.env.catalogue.all() {
        let f = p.file();
        let state = if p.in_force(today) {
            Tag::new(Tone::Good, say.t("op-in-force")).with_icon()
        } else {
            Tag::plain(say.t("op-not-in-force"))
        };
        let from = time::day(f.valid.from.0);
        let valid = match f.valid.to {
            None => say.t1("op-valid-from", "from", from),
            Some(to) => say.t2("op-valid-from-to", "from", from, "to", time::day(to.0)),
        };
        rows.push(Row::new(vec![
            Cell::link(say.local(p.name()), p.path()),
            Cell::text(format!("{} · {}", f.code, f.version)),
            Cell::text(valid),
            Cell::with(&state),
        ]));
        if !f.uncertain.is_empty() {
            let count = i64::try_from(f.uncertain.len()).unwrap_or(i64::MAX);
            let note = |u: &services::definition::model::Uncertain| {
                (say.local(&u.note).to_owned(), u.at.clone())
            };
            uncertain.push(Uncertain {
                title: format!(
                    "{} · {}",
                    say.local(p.name()),
                    say.count("op-uncertain-count", count)
                ),
                notes: f.uncertain.iter().map(note).collect(),
            });
        }
    }
    let columns =
        ["op-procedure", "op-code", "op-valid", "op-state"].map(|k| Column::new(say.t(k)));
    let page = DefinitionsPage {
        frame: req
            .frame(say.t("op-definitions"), Section::Operator)
            .crumb(say.t("op-title"), "/quan-tri"),
        table: Table::new(say.t("op-definitions"), columns.to_vec(), rows),
        uncertain,
    };
    Reply::page(&page)
}

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage {
    frame: Frame,
    title: String,
    paragraphs: Vec<String>,
}

fn about(req: &Req, what: &str) -> Result<Reply> {
    let say = &req.say;
    let title = say.t(&format!("about-{what}"));
    let page = AboutPage {
        frame: req.frame(title.clone(), Section::None),
        title,
        paragraphs: (1..=4).map(|n| say.t(&format!("about-{what}-{n}"))).collect(),
    };
    Reply::page(&page)
}

/// The OpenAPI description of the public APIs.
pub fn openapi() -> serde_json::Value {
    let text = |d: &str| serde_json::json!({"description": d});
    serde_json::json!({
        "openapi": "3.1.0",
        "info": {"title": "Liên Thông", "version": env!("CARGO_PKG_VERSION")},
        "paths": {
            "/api/v1/places": {"get": {
                "summary": "Communes by old or new name",
                "parameters": [
                    {"name": "q", "in": "query", "schema": {"type": "string"}},
                    {"name": "on", "in": "query", "schema": {"type": "string", "format": "date"}},
                    {"name": "near", "in": "query", "schema": {"type": "string", "pattern": "^[0-9]{2}$"}}
                ],
                "responses": {"200": text("At most 2 KB of suggestions, best first"), "422": text("A bad parameter")}
            }},
            "/api/v1/places/{code}": {"get": {
                "summary": "Today's commune or communes of a code",
                "parameters": [
                    {"name": "code", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^[0-9]{5}$"}},
                    {"name": "on", "in": "query", "schema": {"type": "string", "format": "date"}}
                ],
                "responses": {"200": text("The unit and what it became"), "404": text("No such code"), "422": text("A bad parameter")}
            }},
            "/api/v1/own-record": {"get": {
                "summary": "What the register holds about the person who is signed in; the reading is recorded",
                "parameters": [
                    {"name": "items", "in": "query", "description": "ids separated by commas; without it all",
                     "schema": {"type": "string"}}
                ],
                "responses": {"200": text("Items as the register holds them"), "401": text("Not signed in"), "403": text("Level too low, or not readable")}
            }},
            "/api/v1/payments": {"post": {
                "summary": "The payment side tells that a fee was paid (signed; told twice, counted once)",
                "parameters": [{"name": "X-Signature", "in": "header", "required": true,
                    "description": "base64 of HMAC-SHA256 of the body under the shared secret",
                    "schema": {"type": "string"}}],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {
                    "type": "object", "required": ["dossier", "vnd", "reference"],
                    "properties": {"dossier": {"type": "string"}, "vnd": {"type": "integer", "minimum": 0},
                                   "reference": {"type": "string", "maxLength": 80}}}}}},
                "responses": {"200": text("Received"), "403": text("Not signed as agreed"), "422": text("Not the amount due")}
            }},
            "/health": {"get": {"summary": "Whether the program can serve", "responses": {"200": text("Yes"), "503": text("No")}}}
        }
    })
}
