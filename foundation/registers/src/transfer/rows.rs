//! All rows of one batch, and what else it changes.

use super::columns::at;
use super::houses::House;
use super::remark::Remark;
use super::render::{self, Residence};
use super::settle::{Home, Under};
use super::sheet::Person;
use crate::aside;
use crate::packed::{DWELLING_ROW, EVENT_ROW, HOUSEHOLD_ROW, MEMBER_ROW, RESIDENCE_ROW};
use crate::person;
use crate::residence::{file_number, is_taken};
use kernel::{Instant, Result, vietnamese};
use serde_json::Value as Json;
use std::collections::HashMap;
use store::{RecordTx, Rows, WriteTx, params};

/// What a batch comes to: made apart from the transaction, or in it; [`Made::write`] writes it.
pub(crate) struct Made {
    at: Instant,
    source: String,
    certainty: &'static str,
    /// Persons.
    pub added: usize,
    pub remarks: Vec<Remark>,
    dwelling: Rows,
    household: Rows,
    event: Rows,
    person: Rows,
    act: Rows,
    member: Rows,
    residence: Rows,
    dispute: Rows,
    /// Heads of households that were there: household, number.
    pub(super) heads: Vec<(String, String)>,
    /// Numbers of households that were there and had one of ours.
    pub(super) files: Vec<(String, String)>,
    /// Numbers drawn: household, commune, number.
    drawn: Vec<(String, String, String)>,
    /// Who joins households that others know: household, its version then, person, how.
    joined: Vec<(String, i64, String, &'static str)>,
    /// The newest version of these.
    versions: HashMap<String, i64>,
}

const ACT: &str = "pid, n, item, true_from, recorded_at, act, basis, certainty";

impl Made {
    pub(crate) fn new(under: &Under) -> Self {
        Self {
            at: under.at,
            source: under.source.to_owned(),
            certainty: under.certainty.as_str(),
            added: 0,
            remarks: Vec::new(),
            dwelling: Rows::new(6),
            household: Rows::new(7),
            event: Rows::new(5),
            person: Rows::new(person::WIDTH),
            act: Rows::new(8),
            member: Rows::new(7),
            residence: Rows::new(11),
            dispute: Rows::new(3),
            heads: Vec::new(),
            files: Vec::new(),
            drawn: Vec::new(),
            joined: Vec::new(),
            versions: HashMap::new(),
        }
    }

    /// As new, with the memory it had.
    pub(super) fn clear(&mut self) {
        let person = [&mut self.person, &mut self.act, &mut self.member, &mut self.residence];
        let place = [&mut self.dwelling, &mut self.household, &mut self.event, &mut self.dispute];
        person.into_iter().chain(place).for_each(Rows::clear);
        self.added = 0;
        self.remarks.clear();
        self.heads.clear();
        self.files.clear();
        self.drawn.clear();
        self.joined.clear();
        self.versions.clear();
    }

    pub(super) fn at(&self) -> Instant {
        self.at
    }

    pub(super) fn dwelling(&mut self, id: &str, home: &Home) {
        let rows = &mut self.dwelling;
        rows.text(id);
        rows.text(home.commune);
        rows.text(home.line);
        rows.text(&vietnamese::search_key(home.line));
        rows.text(if home.relation == Some("collective") { "dormitory" } else { "home" });
        rows.int(1);
    }

    pub(super) fn house(&mut self, h: &House) {
        let rows = &mut self.household;
        rows.text(&h.id);
        rows.text(h.place.id());
        rows.text(&h.file);
        rows.text(if h.collective { "collective" } else { "family" });
        rows.maybe(h.head.as_deref());
        rows.text(h.opened_on);
        rows.int(1);
        if let Some(commune) = h.drawn {
            let drawn = [&*h.id, commune, &*h.file].map(str::to_owned);
            self.drawn.push(drawn.into());
        }
    }

    /// How a household began.
    pub(super) fn began(&mut self, h: &House) {
        let rows = &mut self.event;
        rows.text(&h.id);
        rows.int(1);
        rows.int(self.at.0);
        rows.text("opened");
        rows.text("{}");
    }

    /// The registration's row; its id.
    pub(super) fn residence(
        &mut self,
        tx: &mut RecordTx,
        p: &Person,
        home: &Home,
        dwelling: &str,
        house: Option<&House>,
    ) -> Result<String> {
        let given = match home.permanent {
            true => p.extra("permanent", "registration").and_then(Json::as_str),
            false => p.get(at::TEMPORARY_REGISTRATION),
        };
        let id = match (given, home.permanent) {
            (Some(id), _) => id.to_owned(),
            (None, true) => format!("P{}", p.number()),
            (None, false) => tx.new_id()?,
        };
        let rows = &mut self.residence;
        for text in [p.number(), &id, home.kind(), home.commune, dwelling] {
            rows.text(text);
        }
        rows.maybe(house.map(|h| &*h.id));
        rows.text(home.since);
        rows.maybe(home.until);
        rows.build(|o| {
            o.push_str("{\"relation\":");
            match home.relation {
                // A code of a list.
                Some(relation) => o.extend(["\"", relation, "\""]),
                None => o.push_str("null"),
            }
            o.push('}');
        });
        rows.int(self.at.0);
        rows.int(1);
        Ok(id)
    }

    pub(super) fn member(&mut self, house: &House, p: &Person, home: &Home, relation: &str) {
        let mut n = house.version;
        if !house.ours {
            // A household that was there before: its members see who was added.
            let version = self.versions.entry(house.id.clone().into_owned()).or_insert(n);
            *version += 1;
            n = *version;
            let what = if home.permanent { "joined" } else { "joined_temporarily" };
            self.joined.push((house.id.clone().into_owned(), n, p.number().to_owned(), what));
        }
        let rows = &mut self.member;
        rows.text(&house.id);
        rows.int(n);
        for text in [p.number(), home.kind(), relation, home.since] {
            rows.text(text);
        }
        rows.int(self.at.0);
    }

    pub(super) fn person(&mut self, p: &Person, residence: &Residence) {
        let (name, birth) =
            (p.get(at::NAME).unwrap_or_default(), p.get(at::BIRTH).unwrap_or_default());
        let (name_key, given_key) = person::keys(name);
        let (home, stay) = (residence.permanent.as_ref(), residence.temporary.as_ref());
        let rows = &mut self.person;
        rows.text(p.number());
        rows.int(1);
        rows.text(&name_key);
        rows.text(&given_key);
        rows.maybe(home.and_then(|_| p.get(at::PERMANENT_COMMUNE)));
        rows.maybe(stay.and_then(|_| p.get(at::TEMPORARY_COMMUNE)));
        rows.maybe(home.and_then(|s| s.household.as_deref()));
        rows.maybe(stay.and_then(|s| s.household.as_deref()));
        let disputed = p.get(at::DISPUTED).filter(|list| *list != "[]");
        rows.maybe(disputed);
        render::items(rows, p, residence);
        let rows = &mut self.act;
        rows.text(p.number());
        rows.int(1);
        rows.text(person::FIRST);
        rows.build(|o| {
            o.push_str(birth);
            // Known to the year or the month: from its first day.
            o.push_str("-01-01".get(birth.len().saturating_sub(4)..).unwrap_or_default());
        });
        rows.int(self.at.0);
        rows.text(crate::journal::IMPORTED);
        rows.text(&self.source);
        rows.text(self.certainty);
        let items: Vec<String> =
            disputed.and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default();
        for item in items {
            self.dispute.text(p.number());
            self.dispute.text(&item);
            self.dispute.int(self.at.0);
        }
    }

    /// A declared absence is a registration too.
    pub(super) fn absence(&mut self, tx: &mut RecordTx, p: &Person) -> Result<()> {
        let Some(since) = p.get(at::ABSENCE_SINCE) else { return Ok(()) };
        let id = match p.get(at::ABSENCE_REGISTRATION) {
            Some(id) => id.to_owned(),
            None => tx.new_id()?,
        };
        let rows = &mut self.residence;
        for text in [p.number(), &id, "absence"] {
            rows.text(text);
        }
        rows.maybe(p.get(at::PERMANENT_COMMUNE).or_else(|| p.get(at::TEMPORARY_COMMUNE)));
        rows.null();
        rows.null();
        rows.text(since);
        rows.maybe(p.get(at::ABSENCE_UNTIL));
        rows.build(|o| {
            for (before, column) in [
                ("{\"reason\":", at::ABSENCE_REASON),
                (",\"destination\":", at::ABSENCE_DESTINATION),
            ] {
                o.push_str(before);
                o.push_str(&render::json_of(column, p.get(column)));
            }
            o.push('}');
        });
        rows.int(self.at.0);
        rows.int(1);
        Ok(())
    }

    /// Writes all of it.
    pub(crate) fn write(&self, tx: &mut WriteTx) -> Result<()> {
        tx.bulk("dwelling", DWELLING_ROW, &self.dwelling)?;
        let redrawn = self.redraw(tx)?;
        tx.bulk("household", HOUSEHOLD_ROW, &self.household)?;
        tx.bulk("household_event", EVENT_ROW, &self.event)?;
        tx.bulk("household_member", MEMBER_ROW, &self.member)?;
        self.write_people(tx)?;
        for (household, head) in &self.heads {
            tx.execute(
                "UPDATE household SET head = ?1 WHERE id = ?2 AND head IS NULL",
                params![head, household],
            )?;
        }
        for (household, file) in self.files.iter().chain(&redrawn) {
            tx.execute("UPDATE household SET file = ?1 WHERE id = ?2", params![file, household])?;
        }
        for (household, version, pid, what) in &self.joined {
            tx.execute_one(
                "UPDATE household SET version = ?1 WHERE id = ?2 AND version = ?3",
                params![*version, household, *version - 1],
            )?;
            tx.execute(
                "INSERT INTO household_event (household, version, at, kind, pid, detail) \
                 VALUES (?1, ?2, ?3, ?4, ?5, '{}')",
                params![household, *version, self.at, *what, pid],
            )?;
        }
        Ok(())
    }

    /// Writes the people, and sets the rest aside: how households began and who belongs to them follows from it.
    pub(super) fn write_aside(&self, tx: &mut WriteTx) -> Result<()> {
        tx.bulk(aside::DWELLINGS, DWELLING_ROW, &self.dwelling)?;
        tx.bulk(aside::HOUSEHOLDS, HOUSEHOLD_ROW, &self.household)?;
        for (columns, said) in [("id, head", &self.heads), ("id, said", &self.files)] {
            let mut rows = Rows::new(2);
            for (household, value) in said {
                rows.text(household);
                rows.text(value);
            }
            tx.bulk(aside::HOUSEHOLDS, columns, &rows)?;
        }
        let mut rows = Rows::new(3);
        for (household, commune, number) in &self.drawn {
            [household, number, commune].into_iter().for_each(|text| rows.text(text));
        }
        tx.bulk(aside::HOUSEHOLDS, "id, file, drawn", &rows)?;
        self.write_people(tx)
    }

    fn write_people(&self, tx: &mut WriteTx) -> Result<()> {
        tx.bulk("person", person::COLUMNS, &self.person)?;
        tx.bulk("person_act", ACT, &self.act)?;
        tx.bulk("residence", RESIDENCE_ROW, &self.residence)?;
        tx.bulk("person_dispute", "pid, item, raised_at", &self.dispute)
    }

    /// A number that was drawn and that another household has is drawn again.
    fn redraw(&self, tx: &mut WriteTx) -> Result<Vec<(String, String)>> {
        let mut again = Vec::new();
        for (household, commune, number) in &self.drawn {
            if is_taken(tx, number)? {
                again.push((household.clone(), file_number(tx, commune)?));
            }
        }
        Ok(again)
    }

    /// Brings the rows into the order of their keys: a page of a table is then touched once.
    pub(super) fn sort(&mut self) {
        for rows in [&mut self.person, &mut self.act, &mut self.member, &mut self.residence] {
            rows.sort();
        }
        self.heads.sort_unstable();
        self.files.sort_unstable();
    }
}
