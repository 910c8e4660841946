//! Indexes during a long load: put away while a register is filled from empty, made again at the end.
//! Which ones are away is written down in the same transaction, so that a load that was cut off can be
//! finished by whoever opens the register next.

use crate::aside;
use kernel::Result;
use std::sync::OnceLock;
use store::schema::Index;
use store::{ReadTx, Store, WriteTx, params};

/// They hold nothing (schema 014), and to make one again a load would go through everybody.
const KEPT: [&str; 3] = ["person_surname", "person_second", "person_before_given"];

fn all() -> &'static [Index] {
    static ALL: OnceLock<Vec<Index>> = OnceLock::new();
    ALL.get_or_init(|| store::schema::indexes(&crate::SCHEMA))
}

/// Drops the plain indexes of some tables. Keys, unique indexes and those that hold nothing stay.
pub(crate) fn put_away(tx: &mut WriteTx, tables: &[&str]) -> Result<()> {
    drop_those(tx, |i| tables.contains(&i.table.as_str()) && !KEPT.contains(&i.name.as_str()))
}

/// Drops some plain indexes by their names.
pub(crate) fn put_away_some(tx: &mut WriteTx, names: &[&str]) -> Result<()> {
    drop_those(tx, |i| names.contains(&i.name.as_str()))
}

fn drop_those(tx: &mut WriteTx, wanted: impl Fn(&Index) -> bool) -> Result<()> {
    for index in all().iter().filter(|i| wanted(i)) {
        note(tx, &index.name)?;
        tx.drop_index(index)?;
    }
    Ok(())
}

/// Writes down that something is away.
pub(crate) fn note(tx: &mut WriteTx, name: &str) -> Result<()> {
    let sql = "INSERT INTO index_away (name) VALUES (?1) ON CONFLICT (name) DO NOTHING";
    tx.execute(sql, params![name])?;
    Ok(())
}

/// It is back.
pub(crate) fn forget(tx: &mut WriteTx, name: &str) -> Result<()> {
    tx.execute("DELETE FROM index_away WHERE name = ?1", params![name])?;
    Ok(())
}

/// What is away.
pub(crate) fn away(tx: &mut ReadTx) -> Result<Vec<String>> {
    tx.rows("SELECT name FROM index_away ORDER BY name", params![], |r| r.get(0))
}

/// Makes the indexes again that a load has put away, and before them the rows that it has set aside;
/// nothing to do in any other case. Each is a transaction of its own: what is made stays made.
pub fn restore(store: &Store) -> Result<()> {
    aside::restore(store)?;
    make(store, |_| true)
}

/// The same for some of them, which a load needs after all.
pub(crate) fn restore_some(store: &Store, names: &[&str]) -> Result<()> {
    aside::restore(store)?;
    make(store, |i| names.contains(&i.name.as_str()))
}

fn make(store: &Store, wanted: impl Fn(&Index) -> bool) -> Result<()> {
    let names = store.read(away)?;
    for index in all().iter().filter(|i| names.contains(&i.name) && wanted(i)) {
        store.write_here(|tx| make_one(tx, &index.name))?;
    }
    Ok(())
}

/// Makes one again within a transaction.
pub(crate) fn make_one(tx: &mut WriteTx, name: &str) -> Result<()> {
    for index in all().iter().filter(|i| i.name == name) {
        tx.create_index(index)?;
    }
    forget(tx, name)
}
