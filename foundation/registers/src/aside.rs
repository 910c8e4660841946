//! Places and households during a run into an empty register (SQLite). A list by number names them in any
//! order: every commit would change nearly every page of their tables, and of ten million people that is
//! most of the work. So their rows are set aside, and brought over in the order of their keys when all are
//! there. What is set aside stands with the indexes that are away, so that a run that was cut off can be
//! finished by whoever opens the register next.

use crate::indexes;
use crate::residence::file_number;
use kernel::Result;
use store::{ReadTx, Store, WriteTx, params};

/// Dwellings.
pub(crate) const DWELLING: &str = "aside_dwelling";
/// Households, and what later rows of a list say of them: a line with the head or the number alone.
pub(crate) const HOUSEHOLD: &str = "aside_household";
/// How households began.
pub(crate) const EVENT: &str = "aside_household_event";
/// Members.
pub(crate) const MEMBER: &str = "aside_household_member";

struct Aside {
    name: &'static str,
    columns: &'static str,
    bring: &'static str,
}

/// In the order in which they come over.
const ALL: [Aside; 4] = [
    Aside {
        name: DWELLING,
        columns: "id, commune, line, line_key, kind, version",
        bring: "INSERT INTO dwelling (id, commune, line, line_key, kind, version) \
            SELECT id, commune, line, line_key, kind, version FROM aside_dwelling ORDER BY id",
    },
    Aside {
        name: HOUSEHOLD,
        columns: "id, dwelling, file, kind, head, opened_on, version, said, drawn",
        bring: "INSERT INTO household (id, dwelling, file, kind, head, opened_on, version) \
            SELECT id, MAX(dwelling), COALESCE(MAX(said), MAX(file)), MAX(kind), MAX(head), \
            MAX(opened_on), MAX(version) FROM aside_household GROUP BY id ORDER BY id",
    },
    Aside {
        name: EVENT,
        columns: "household, version, at, kind, detail",
        bring: "INSERT INTO household_event (household, version, at, kind, detail) \
            SELECT household, version, at, kind, detail FROM aside_household_event \
            ORDER BY household, version",
    },
    Aside {
        name: MEMBER,
        columns: "household, n, pid, kind, relation, since, recorded_at",
        bring: "INSERT INTO household_member \
            (household, n, pid, kind, relation, since, recorded_at) \
            SELECT household, n, pid, kind, relation, since, recorded_at \
            FROM aside_household_member ORDER BY household, n, pid",
    },
];

/// The index by which a number is looked for.
const BY_FILE: &str = "household_file";

/// From now on such rows can be set aside.
pub(crate) fn begin(tx: &mut WriteTx) -> Result<()> {
    for aside in &ALL {
        indexes::note(tx, aside.name)?;
        tx.make_aside(aside.name, aside.columns)?;
    }
    indexes::put_away_some(tx, &[BY_FILE])
}

/// Brings over what is set aside; nothing to do in any other case. Each table is a transaction of its own.
pub fn restore(store: &Store) -> Result<()> {
    let away = store.read(indexes::away)?;
    for aside in ALL.iter().filter(|a| away.iter().any(|name| name == a.name)) {
        store.write_here(|tx| {
            tx.bring_over(aside.bring)?;
            if aside.name == HOUSEHOLD {
                indexes::make_one(tx, BY_FILE)?;
                redraw(tx)?;
            }
            tx.drop_aside(aside.name)?;
            indexes::forget(tx, aside.name)
        })?;
    }
    Ok(())
}

/// Whether something is set aside.
pub fn is_any(tx: &mut ReadTx) -> Result<bool> {
    Ok(indexes::away(tx)?.iter().any(|name| ALL.iter().any(|a| a.name == name)))
}

/// A number that was drawn for a household, and that the list gives to another one, is drawn again.
fn redraw(tx: &mut WriteTx) -> Result<()> {
    let clashes: Vec<(String, String)> = tx.rows(
        "SELECT h.id, a.drawn FROM aside_household a JOIN household h ON h.id = a.id \
         WHERE a.drawn IS NOT NULL AND h.file = a.file AND EXISTS \
         (SELECT 1 FROM household o WHERE o.file = a.file AND o.id <> a.id)",
        params![],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    for (household, commune) in clashes {
        let number = file_number(tx, &commune)?;
        tx.execute("UPDATE household SET file = ?1 WHERE id = ?2", params![number, household])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Rows;

    fn told(store: &Store, sql: &str) -> Vec<String> {
        store.read(|tx| tx.rows(sql, params![], |r| r.get(0))).unwrap()
    }

    #[test]
    fn what_is_set_aside_comes_over_once_and_numbers_are_told_apart() {
        let store = Store::open("sqlite::memory:", &[crate::SCHEMA]).unwrap();
        assert!(!store.read(is_any).unwrap());
        store.write_here(begin).unwrap();
        assert!(store.read(is_any).unwrap());
        let file = "13594-00000007";
        // The lodgers of H1 and H2 came first; of H2 the family's number was said later.
        let lines = [("H2", "13594-00000001"), ("H1", file), ("H3", file)];
        store
            .write_here(|tx| {
                let mut rows = Rows::new(6);
                for (id, file) in lines {
                    [id, "D1", file, "family", "2020-01-01"].iter().for_each(|t| rows.text(t));
                    rows.int(1);
                }
                tx.bulk(HOUSEHOLD, "id, dwelling, file, kind, opened_on, version", &rows)?;
                let sql = "INSERT INTO aside_household (id, file, drawn) VALUES \
                    ('H1', '13594-00000007', '13594'), ('H2', '13594-00000001', '13594')";
                tx.execute(sql, params![])?;
                let sql = "INSERT INTO aside_household (id, head, said) VALUES \
                    ('H2', NULL, '13594-00000002'), ('H3', '037070000104', NULL)";
                tx.execute(sql, params![])?;
                let sql = "INSERT INTO aside_household_member VALUES \
                    ('H3', 1, '037070000104', 'permanent', 'head', '2020-01-01', 5)";
                tx.execute(sql, params![])
            })
            .unwrap();
        assert!(told(&store, "SELECT id FROM household").is_empty());
        restore(&store).unwrap();
        let known = "SELECT id || ' ' || COALESCE(head, '-') || ' ' || file FROM household \
            WHERE id <> 'H1' ORDER BY id";
        assert_eq!(told(&store, known), ["H2 - 13594-00000002", "H3 037070000104 13594-00000007"]);
        let drawn = told(&store, "SELECT file FROM household WHERE id = 'H1'");
        assert!(drawn[0].starts_with("13594-") && drawn[0] != file, "{drawn:?}");
        assert_eq!(told(&store, "SELECT household FROM household_member"), ["H3"]);
        assert!(!store.read(is_any).unwrap());
        let left = "SELECT name FROM sqlite_schema WHERE name LIKE 'aside%' \
            UNION ALL SELECT name FROM index_away";
        assert!(told(&store, left).is_empty());
        restore(&store).unwrap();
        assert_eq!(told(&store, "SELECT id FROM household ORDER BY id"), ["H1", "H2", "H3"]);
    }
}
