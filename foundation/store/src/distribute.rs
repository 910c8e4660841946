//! The tables spread over the nodes of a Citus cluster, as their shard keys say: `lienthong database
//! distribute`.
//!
//! The statements follow from the schema files alone, so they can be looked at without a database.

use crate::{
    Schema, Store, errors, params,
    schema::{self, Shard},
    with_own,
};
use kernel::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spread {
    /// The statement that copies the table to every node.
    Reference(String, String),
    /// The statement that spreads it by its shard key.
    Distributed(String, String),
    /// It stays on the coordinator, for this reason.
    Local(String, String),
}

impl Spread {
    /// The table.
    pub fn table(&self) -> &str {
        match self {
            Self::Reference(t, _) | Self::Distributed(t, _) | Self::Local(t, _) => t,
        }
    }
    /// The statement; none for a table that stays.
    pub fn statement(&self) -> Option<&str> {
        match self {
            Self::Reference(_, s) | Self::Distributed(_, s) => Some(s),
            Self::Local(..) => None,
        }
    }
}

/// What becomes of each table, in the order in which it is to be done: reference tables first, then the
/// distributed ones, each group behind the table that its others are laid beside; last those that stay.
pub fn spread(schemas: &[Schema]) -> Vec<Spread> {
    let (mut out, mut local) = (Vec::new(), Vec::new());
    let mut groups: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for table in schema::tables(&with_own(schemas)) {
        let name = table.name;
        match table.shard {
            Shard::Reference => {
                let sql = format!("SELECT create_reference_table('{name}')");
                out.push(Spread::Reference(name, sql));
            }
            Shard::Local(reason) => local.push(Spread::Local(name, reason)),
            Shard::Key { column, group } => groups.entry(group).or_default().push((name, column)),
        }
    }
    for tables in groups.into_values() {
        let first = tables.first().map_or_else(String::new, |(name, _)| name.clone());
        for (name, column) in tables {
            let beside = if name == first { "none" } else { &first };
            let sql = format!(
                "SELECT create_distributed_table('{name}', '{column}', colocate_with => '{beside}')"
            );
            out.push(Spread::Distributed(name, sql));
        }
    }
    out.extend(local);
    out
}

/// Runs the statements that have not been run yet on the database at this address, whose tables are made
/// if there are none; gives them.
pub fn apply(url: &str, schemas: &[Schema]) -> Result<Vec<String>> {
    if url.starts_with("sqlite:") {
        return Err(Error::new(errors::CITUS_NONE));
    }
    let store = Store::open(url, schemas)?;
    let found = store.read(|tx| {
        let sql = "SELECT COUNT(*) FROM pg_proc WHERE proname = 'create_distributed_table'";
        tx.one(sql, params![], |r| r.get::<i64>(0))
    })?;
    if found == 0 {
        return Err(Error::new(errors::CITUS_NONE));
    }
    let done: BTreeSet<String> = store
        .read(|tx| {
            tx.rows("SELECT logicalrel::regclass::text FROM pg_dist_partition", params![], |r| {
                r.get(0)
            })
        })?
        .into_iter()
        .collect();
    let mut ran = Vec::new();
    for step in spread(schemas) {
        let Some(sql) = step.statement().filter(|_| !done.contains(step.table())) else { continue };
        let text = sql.to_owned();
        store.write_plain(move |tx| tx.execute(&text, params![]))?;
        ran.push(sql.to_owned());
    }
    Ok(ran)
}
