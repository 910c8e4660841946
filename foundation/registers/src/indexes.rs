//! Indexes during a long load: put away while a register is filled from empty, made again at the end.
//! Which ones are away is written down in the same transaction, so that a load that was cut off can be
//! finished by whoever opens the register next.

use kernel::Result;
use std::sync::OnceLock;
use store::schema::Index;
use store::{ReadTx, Store, WriteTx, params};

fn all() -> &'static [Index] {
    static ALL: OnceLock<Vec<Index>> = OnceLock::new();
    ALL.get_or_init(|| store::schema::indexes(&crate::SCHEMA))
}

/// Drops the plain indexes of some tables. Keys and unique indexes stay.
pub(crate) fn put_away(tx: &mut WriteTx, tables: &[&str]) -> Result<()> {
    drop_those(tx, |i| tables.contains(&i.table.as_str()))
}

/// Drops some plain indexes by their names.
pub(crate) fn put_away_some(tx: &mut WriteTx, names: &[&str]) -> Result<()> {
    drop_those(tx, |i| names.contains(&i.name.as_str()))
}

fn drop_those(tx: &mut WriteTx, wanted: impl Fn(&Index) -> bool) -> Result<()> {
    for index in all().iter().filter(|i| wanted(i)) {
        tx.execute(
            "INSERT INTO index_away (name) VALUES (?1) ON CONFLICT (name) DO NOTHING",
            params![&index.name],
        )?;
        tx.drop_index(index)?;
    }
    Ok(())
}

fn away(tx: &mut ReadTx) -> Result<Vec<String>> {
    tx.rows("SELECT name FROM index_away ORDER BY name", params![], |r| r.get(0))
}

/// Makes the indexes again that a load has put away; nothing to do in any other case. Each is a
/// transaction of its own: what is made stays made.
pub fn restore(store: &Store) -> Result<()> {
    make(store, |_| true)
}

/// The same for some of them, which a load needs after all.
pub(crate) fn restore_some(store: &Store, names: &[&str]) -> Result<()> {
    make(store, |i| names.contains(&i.name.as_str()))
}

fn make(store: &Store, wanted: impl Fn(&Index) -> bool) -> Result<()> {
    let names = store.read(away)?;
    for index in all().iter().filter(|i| names.contains(&i.name) && wanted(i)) {
        store.write_here(|tx| {
            tx.create_index(index)?;
            tx.execute("DELETE FROM index_away WHERE name = ?1", params![&index.name])
        })?;
    }
    Ok(())
}
