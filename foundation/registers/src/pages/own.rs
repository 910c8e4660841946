//! `/du-lieu-cua-toi`: everything the register holds about a person.

use super::show::{Line, line};
use super::{Registers, citizen, for_another};
use crate::own::{OwnRecord, own_record};
use crate::{Reading, SchemaVersion};
use kernel::{Result, Say};
use web::ui::{Banner, Tabs, Tag, Tile};
use web::{Frame, Reply, Req, Section, Template, Tone};

/// The items in groups as people look for them. An item in no group stands in the last one.
const GROUPS: [(&str, &[&str]); 5] = [
    (
        "who",
        &[
            "name",
            "other_name",
            "pid",
            "birth",
            "sex",
            "birth_place",
            "birth_registration",
            "native_place",
            "ethnic",
            "religion",
            "nationality",
            "blood",
            "old_id",
            "card",
        ],
    ),
    ("residence", &["permanent", "temporary", "abode", "absence", "residence_file"]),
    ("household", &["relation", "household"]),
    ("family", &["marital", "relatives"]),
    ("contact", &["contact"]),
];
const LAST: &str = "more";

/// One item on the page.
struct Item {
    line: Line,
    /// Its number in the law's list; none in groups.
    number: Option<usize>,
    wrong: String,
}

struct Group {
    id: String,
    title: String,
    items: Vec<Item>,
}

#[derive(Template)]
#[template(path = "registers_own.html")]
struct OwnPage {
    frame: Frame,
    lead: String,
    acting: Option<Banner>,
    disputed: Option<Banner>,
    tag_disputed: Tag,
    tiles: Vec<Tile>,
    tabs: Tabs,
    basis: String,
    groups: Vec<Group>,
    read_at: String,
    wrong_intro: String,
}

/// What is held about me.
pub(super) fn page(s: &Registers, req: &Req) -> Result<Reply> {
    let (actor, subject) = citizen(req)?;
    let record = s.store.record(|tx| own_record(tx, &s.law, &actor, &subject))?;
    let record = Reading::into_result(record)?;
    let say = &req.say;
    let chosen = schema(s, req);
    let groups = match chosen {
        Some(schema) => vec![listed(s, say, &record, schema)],
        None => grouped(s, say, &record),
    };
    let name = record.facts.text("name").unwrap_or_default();
    let page = OwnPage {
        frame: req.frame(say.t("registers-own"), Section::Data),
        lead: say.count("registers-own-lead", i64::try_from(s.law.items().len()).unwrap_or(0)),
        acting: for_another(&actor)
            .then(|| Banner::new(Tone::Info, say.t1("registers-acting", "name", name), "")),
        disputed: disputed(say, &record),
        tag_disputed: Tag::new(Tone::Warn, say.t("registers-disputed")).with_icon(),
        tiles: tiles(say),
        tabs: tabs(s, say, chosen),
        basis: chosen.map(|c| c.basis.clone()).unwrap_or_default(),
        groups,
        read_at: say.t1("registers-own-read", "time", req.now.clock_and_day()),
        wrong_intro: say.t("registers-own-wrong"),
    };
    Reply::page(&page)
}

/// The law's list asked for; none shows the items in groups.
fn schema<'s>(s: &'s Registers, req: &Req) -> Option<&'s SchemaVersion> {
    let wanted = req.query("theo")?;
    s.law.schemas().iter().find(|v| v.certain && v.version.to_string() == wanted)
}

fn tabs(s: &Registers, say: &Say, chosen: Option<&SchemaVersion>) -> Tabs {
    let mut tabs = Tabs::new(say.t("registers-views"));
    tabs = tabs.tab(say.t("registers-view-groups"), "/du-lieu-cua-toi", chosen.is_none());
    let mut lists: Vec<&SchemaVersion> = s.law.schemas().iter().filter(|v| v.certain).collect();
    lists.sort_by_key(|v| std::cmp::Reverse(v.version));
    for v in lists {
        let here = chosen.is_some_and(|c| c.version == v.version);
        let words = say.count("registers-view-list", i64::from(v.version));
        tabs = tabs.tab(words, format!("/du-lieu-cua-toi?theo={}", v.version), here);
    }
    tabs
}

fn tiles(say: &Say) -> Vec<Tile> {
    let tile =
        |icon, key: &str, href| Tile::new(icon, say.t(key), say.t(&format!("{key}-text")), href);
    vec![
        tile("eye", "registers-to-log", "/du-lieu-cua-toi/ai-da-doc"),
        tile("household", "registers-to-book", "/so-ho-khau"),
        tile("users", "registers-to-mandates", "/tai-khoan/lam-thay"),
    ]
}

fn disputed(say: &Say, record: &OwnRecord) -> Option<Banner> {
    let n = i64::try_from(record.facts.disputed().len()).unwrap_or(0);
    (n > 0).then(|| {
        Banner::new(
            Tone::Warn,
            say.count("registers-disputed-title", n),
            say.t("registers-disputed-text"),
        )
    })
}

fn item(s: &Registers, say: &Say, record: &OwnRecord, id: &str, number: Option<usize>) -> Item {
    let wrong = format!("{}?muc={id}", s.correction);
    Item { line: line(&s.law, say, record, id), number, wrong }
}

fn grouped(s: &Registers, say: &Say, record: &OwnRecord) -> Vec<Group> {
    let all = s.law.item_ids();
    let named = |id: &&str| GROUPS.iter().any(|(_, ids)| ids.contains(id));
    let rest: Vec<&str> = all.iter().copied().filter(|id| !named(id)).collect();
    let mut groups: Vec<(&str, Vec<&str>)> =
        GROUPS.iter().map(|(name, ids)| (*name, ids.to_vec())).collect();
    groups.push((LAST, rest));
    groups
        .into_iter()
        .map(|(name, ids)| Group {
            id: name.to_owned(),
            title: say.t(&format!("registers-group-{name}")),
            items: ids
                .into_iter()
                .filter(|id| all.contains(id))
                .map(|id| item(s, say, record, id, None))
                .collect(),
        })
        .filter(|g| !g.items.is_empty())
        .collect()
}

/// The record as one law lists it.
fn listed(s: &Registers, say: &Say, record: &OwnRecord, schema: &SchemaVersion) -> Group {
    let mut items = Vec::new();
    for line in schema.view(&record.facts) {
        for (i, (id, _)) in line.items.iter().enumerate() {
            items.push(item(s, say, record, id, (i == 0).then_some(line.number)));
        }
    }
    let title = say.count("registers-view-list", i64::from(schema.version));
    Group { id: "list".to_owned(), title, items }
}
