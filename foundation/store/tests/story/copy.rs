//! A database copied into another: the same rows, whichever engines; cut off and gone on; refused where
//! it has to be.

use crate::{Engine, Place, SCHEMA};
use kernel::{Actor, Result};
use store::{Clock, Copied, Copying, Entry, Store, params};

const ROWS: i64 = 130_000;

/// A database with every type of value, rows of more than one batch, and a journal.
fn filled(place: &Place) {
    let store = Store::open(&place.url, &[SCHEMA]).unwrap();
    store
        .write(|tx| {
            let mut rows = store::Rows::new(6);
            for n in 0..ROWS {
                rows.show(format_args!("a{:07}", n * 7 % ROWS));
                rows.int(if n % 3 == 0 { i64::MIN + n } else { n });
                match n % 4 {
                    0 => rows.null(),
                    _ => rows.value(&(1.0 / (n as f64 + 0.5)).into()),
                }
                match n % 100 {
                    0 => rows.value(&vec![0u8, 255, 10, 92, (n % 251) as u8].into()),
                    _ => rows.null(),
                }
                rows.maybe((n % 5 == 0).then_some("Xã\tTrần \\ Thương\nvà 𝄞"));
                rows.int(1);
            }
            tx.bulk("account", "id, amount, share, photo, note, version", &rows)?;
            tx.execute("INSERT INTO seen (name, n, total) VALUES ('a', 1, 2)", params![])?;
            for _ in 0..300 {
                tx.record(Entry::new("test.done", &Actor::system("test")))?;
            }
            Ok(())
        })
        .unwrap();
    store.settle().unwrap();
}

fn copy(from: &Place, to: &Place) -> Result<Copied> {
    let source = Store::open_as_it_is(&from.url, &[SCHEMA])?;
    store::copy(&source, &to.url, &[SCHEMA], &mut |_, _, _| {})
}

/// Both directions: from this engine to the other one and to the same.
pub fn every_row_arrives_and_the_copy_goes_on_working(engine: Engine) {
    let from = engine.place();
    filled(&from);
    let was = Store::open(&from.url, &[SCHEMA]).unwrap().verify_journal().unwrap();
    for to in [Engine::Sqlite, Engine::Postgres] {
        let to = to.second_place();
        let done = copy(&from, &to).unwrap();
        assert_eq!((done.entries, done.root), (was.size, was.root));
        assert_eq!(done.rows, done.now);
        assert!(done.rows > 130_000 + 300, "{done:?}");
        // Compared by its own code; and by eye, some of it.
        let store = Store::open(&to.url, &[SCHEMA]).unwrap();
        let row = store.read(|tx| {
            tx.one(
                "SELECT photo, note, amount FROM account WHERE id = 'a0000000'",
                params![],
                |r| Ok((r.get::<Vec<u8>>(0)?, r.get::<String>(1)?, r.get::<i64>(2)?)),
            )
        });
        let note = "Xã\tTrần \\ Thương\nvà 𝄞".to_owned();
        assert_eq!(row.unwrap(), (vec![0, 255, 10, 92, 0], note, i64::MIN));
        // Numbers go on behind those that were copied, and the index is there again.
        store
            .write(|tx| tx.record(Entry::new("test.later", &Actor::system("test"))).map(drop))
            .unwrap();
        store.settle().unwrap();
        let health = store.verify_journal().unwrap();
        assert!(health.is_sound() && health.size == was.size + 1, "{health:?}");
        drop(store);
        assert!(copy(&from, &to).err().unwrap().is(store::COPY_FINISHED));
    }
}

pub fn a_copy_that_was_cut_off_goes_on_and_is_nobodys_until_then(engine: Engine) {
    let (from, to) = (engine.place(), engine.second_place());
    filled(&from);
    let source = Store::open_as_it_is(&from.url, &[SCHEMA]).unwrap();
    // A panic is as near to being killed as it can be within a process.
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store::copy(&source, &to.url, &[SCHEMA], &mut |what, n, of| {
            assert!(what != Copying::Rows || n < of / 2, "cut off");
        })
    }));
    assert!(cut.is_err());
    let opened = Store::open(&to.url, &[SCHEMA]).err().unwrap();
    assert!(opened.is(store::COPY_UNFINISHED), "{opened:?}");
    let opened = Store::open_as_it_is(&to.url, &[SCHEMA]).err().unwrap();
    assert!(opened.is(store::COPY_UNFINISHED), "{opened:?}");
    let done = store::copy(&source, &to.url, &[SCHEMA], &mut |_, _, _| {}).unwrap();
    assert!(0 < done.now && done.now < done.rows, "{done:?}");
    Store::open(&to.url, &[SCHEMA]).unwrap();
}

pub fn what_must_not_be_copied_is_refused(engine: Engine) {
    let (from, to) = (engine.place(), engine.second_place());
    // Nothing there; then something that is no database of ours or of another version.
    if engine == Engine::Sqlite {
        assert!(copy(&from, &to).err().unwrap().is(store::DATABASE_FOREIGN));
    }
    drop(Store::open(&from.url, &[]).unwrap());
    assert!(copy(&from, &to).err().unwrap().is(store::DATABASE_OLDER));
    filled(&from);
    // A target with rows of its own.
    let other = Store::open(&to.url, &[SCHEMA]).unwrap();
    other.write(|tx| tx.record(Entry::new("test.own", &Actor::system("test"))).map(drop)).unwrap();
    other.settle().unwrap();
    drop(other);
    assert!(copy(&from, &to).err().unwrap().is(store::COPY_TARGET));
    assert_eq!(Store::open(&to.url, &[SCHEMA]).unwrap().head(), 1, "untouched");
    // In use by somebody else.
    if engine == Engine::Postgres {
        let working = engine.open(&from, Clock::system());
        assert!(copy(&from, &to).err().unwrap().is(store::DATABASE_USED));
        drop(working);
    }
}

/// The source went on, once with a word in the journal and once behind its back.
pub fn a_source_that_changed_is_noticed(engine: Engine) {
    let (from, to) = (engine.place(), engine.second_place());
    filled(&from);
    let cut = |change: &dyn Fn()| {
        let source = Store::open_as_it_is(&from.url, &[SCHEMA]).unwrap();
        let mut changed = false;
        store::copy(&source, &to.url, &[SCHEMA], &mut |what, _, _| {
            if what == Copying::Indexes && !changed {
                changed = true;
                change();
            }
        })
    };
    let behind = || {
        let source = Store::open(&from.url, &[SCHEMA]).unwrap();
        let sql = "UPDATE account SET amount = amount + 1 WHERE id = 'a0000001'";
        source.write(|tx| tx.execute_one(sql, params![])).unwrap();
    };
    let wrong = cut(&behind).err().unwrap();
    assert!(wrong.is(store::COPY_DIFFERS), "{wrong:?}");
    assert!(Store::open(&to.url, &[SCHEMA]).err().unwrap().is(store::COPY_UNFINISHED));
    let source = Store::open(&from.url, &[SCHEMA]).unwrap();
    source
        .write(|tx| tx.record(Entry::new("test.more", &Actor::system("test"))).map(drop))
        .unwrap();
    source.settle().unwrap();
    drop(source);
    assert!(copy(&from, &to).err().unwrap().is(store::COPY_CHANGED));
}
