//! The home page and the catalogue of services.

use super::common::{deadline_tag, state_tag, subject};
use crate::app::Services;
use crate::definition::Procedure;
use crate::plan;
use crate::queries;
use kernel::{Result, vietnamese};
use measures::Reading;
use web::ui::{Empty, FilterBar, Metric, Tile};
use web::{Frame, Markup, Reply, Req, Section, Template};

struct Waiting {
    tag: Markup,
    title: String,
    text: String,
    href: String,
    action: String,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    greeting: String,
    waiting: Vec<Waiting>,
    tiles: Vec<Tile>,
    metrics: Vec<Metric>,
    as_of: String,
    demo: bool,
}

/// The first page: search, what waits for you, what people come for, the province today.
pub fn home(s: &Services, req: &Req) -> Result<Reply> {
    let say = &req.say;
    if let Some(a) = req.visitor.as_ref().and_then(|v| v.actor.appointment.as_ref()) {
        return Ok(Reply::redirect(super::start_of_post(a.post.as_str())));
    }
    let today = req.now.date();
    let waiting = match subject(req) {
        Ok(pid) => waiting(s, req, &pid)?,
        Err(_) => Vec::new(),
    };
    let greeting = match &req.visitor {
        Some(v) => say.t1("home-hello-name", "name", vietnamese::given_name(&v.name)),
        None => say.t("home-hello"),
    };
    let tiles = s.env.catalogue.all_in_force(today).iter().map(|p| tile(p, say)).collect();
    let page = HomePage {
        frame: req.frame(say.t("home-title"), Section::Home),
        greeting,
        waiting,
        tiles,
        metrics: metrics_today(s, req)?,
        as_of: req.now.clock_seconds(),
        demo: s.env.settings.demo && req.visitor.is_none(),
    };
    Reply::page(&page)
}

fn tile(p: &Procedure, say: &kernel::Say) -> Tile {
    Tile::new(p.file().icon.as_str(), say.local(p.name()), say.local(&p.file().summary), p.path())
}

/// What waits for this person: drafts, consents asked, dossiers that want something, what runs out.
fn waiting(s: &Services, req: &Req, pid: &kernel::PersonalId) -> Result<Vec<Waiting>> {
    let say = &req.say;
    let find = pid.clone();
    let (dossiers, notices) = s.store.read(move |tx| {
        Ok((queries::dossiers_of(tx, &find, 0)?, crate::inbox::list(tx, &find, 0)?))
    })?;
    let mut all = Vec::new();
    for n in notices.iter().filter(|n| n.read_at.is_none() && n.link.starts_with("/y-kien/")) {
        all.push(Waiting {
            tag: (&web::ui::Tag::new(web::Tone::Warn, say.t("home-your-word"))).into(),
            title: super::inbox::words(n, say),
            text: web::ui::moment_words(n.at, req.now, say),
            href: n.link.clone(),
            action: say.t("home-answer"),
        });
    }
    for d in dossiers.iter().filter(|d| !d.is_done()).take(4) {
        let p = s.env.catalogue.version(&d.procedure, d.version)?;
        let tag = deadline_tag(&p, d, req.now, say).unwrap_or_else(|| state_tag(&p, d, say));
        all.push(Waiting {
            tag: (&tag).into(),
            title: say.local(p.name()).to_owned(),
            text: d.code.as_str().to_owned(),
            href: d.path(),
            action: say.t("home-open"),
        });
    }
    all.truncate(6);
    Ok(all)
}

/// The numbers of today, as everybody may see them.
pub(super) fn metrics_today(s: &Services, req: &Req) -> Result<Vec<Metric>> {
    let say = &req.say;
    let province = s.env.settings.province.clone();
    let day = req.now.date().to_string();
    let indicators = s.indicators.clone();
    let (done, on_time, online, median) = s.store.read(|tx| {
        let done = measures::value(tx, &province, "dossier.done", &day)?;
        let on_time =
            measures::ratio(tx, &province, indicators.get("dossier.on_time.rate")?, &day)?;
        let online = measures::ratio(tx, &province, indicators.get("dossier.online.rate")?, &day)?;
        let median = measures::median_minutes(tx, &province, "dossier.minutes", &day)?;
        Ok((done, on_time, online, median))
    })?;
    let Reading { value, .. } = done;
    let none = || say.t("metric-none");
    let percent = |r: Option<i64>| r.map_or_else(none, plan::percent_words);
    Ok(vec![
        Metric::new(say, say.t("metric-done"), say.number(value)),
        Metric::new(say, say.t("metric-on-time"), percent(on_time)),
        Metric::new(say, say.t("metric-online"), percent(online)),
        Metric::new(
            say,
            say.t("metric-median"),
            median.map_or_else(none, |m| plan::minutes_words(m, say)),
        ),
    ])
}

#[derive(Template)]
#[template(path = "services.html")]
struct ListPage {
    frame: Frame,
    bar: FilterBar,
    groups: Vec<(String, Vec<Tile>)>,
    empty: Option<Empty>,
}

/// The catalogue: by chapter, searchable with or without diacritics.
pub fn list(s: &Services, req: &Req) -> Result<Reply> {
    let say = &req.say;
    let typed = req.query("q").unwrap_or_default();
    let wanted: Vec<String> = vietnamese::search_key(typed)
        .split(' ')
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect();
    let fits = |p: &Procedure| {
        let f = p.file();
        let text = format!("{} {} {} {}", f.name.vi, f.name.en, f.summary.vi, f.code);
        let key = vietnamese::search_key(&text);
        wanted.iter().all(|w| key.contains(w.as_str()))
    };
    let mut groups: Vec<(String, Vec<Tile>)> = Vec::new();
    for p in s.env.catalogue.all_in_force(req.now.date()).iter().filter(|p| fits(p)) {
        let theme = plan::theme_name(p, say);
        match groups.last_mut().filter(|(name, _)| *name == theme) {
            Some((_, tiles)) => tiles.push(tile(p, say)),
            None => groups.push((theme, vec![tile(p, say)])),
        }
    }
    let empty = groups.is_empty().then(|| {
        Empty::new("search", say.t("services-none"), say.t("services-none-text"))
            .action(say.t("services-all"), "/dich-vu")
    });
    let page = ListPage {
        frame: req.frame(say.t("web-nav-services"), Section::Services),
        bar: FilterBar::new(say, "/dich-vu").search(say.t("services-search"), typed),
        groups,
        empty,
    };
    Reply::page(&page)
}
