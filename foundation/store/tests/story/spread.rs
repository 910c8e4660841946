//! Tables spread over nodes: what is run, in which order, once. Citus itself is not among the packages
//! a test can rely on, so functions of its names write down what they were asked.

use crate::SCHEMA;
use postgres::{Client, NoTls};
use store::{Schema, Spread, Store};

const MORE: Schema = Schema {
    name: "more",
    files: &["
        -- shard key: account
        CREATE TABLE paper (account TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (account, n));
        -- shard key: id as account
        CREATE TABLE person (id TEXT PRIMARY KEY);
        -- shard key: none: one row
        CREATE TABLE single (id TEXT PRIMARY KEY);
    "],
};

const STAND_IN: &str = "
    CREATE TABLE asked (n BIGINT GENERATED ALWAYS AS IDENTITY, what TEXT);
    CREATE TABLE pg_dist_partition (logicalrel regclass);
    CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE sql AS
        'INSERT INTO asked (what) VALUES (t::text); INSERT INTO pg_dist_partition VALUES (t)';
    CREATE FUNCTION create_distributed_table(t regclass, c text, colocate_with text)
        RETURNS void LANGUAGE sql AS
        'INSERT INTO asked (what) VALUES (concat_ws('' '', t::text, c, colocate_with));
         INSERT INTO pg_dist_partition VALUES (t)';";

#[test]
fn tables_are_spread_in_order_and_once() {
    let url = store::testing::postgres();
    drop(Store::open(&url, &[SCHEMA, MORE]).unwrap());
    let without = store::distribute(&url, &[SCHEMA, MORE]);
    assert!(without.err().unwrap().is(store::CITUS_NONE));
    let sqlite = store::distribute("sqlite::memory:", &[SCHEMA]);
    assert!(sqlite.err().unwrap().is(store::CITUS_NONE));
    let mut client = Client::connect(&url, NoTls).unwrap();
    client.batch_execute(STAND_IN).unwrap();
    let ran = store::distribute(&url, &[SCHEMA, MORE]).unwrap();
    assert_eq!(ran.len(), 4, "{ran:?}");
    let mut asked = || -> Vec<String> {
        let rows = client.query("SELECT what FROM asked ORDER BY n", &[]).unwrap();
        rows.iter().map(|r| r.get(0)).collect()
    };
    let order = ["seen", "paper account none", "person id paper", "account id none"];
    assert_eq!(asked(), order);
    assert_eq!(store::distribute(&url, &[SCHEMA, MORE]).unwrap(), Vec::<String>::new());
    assert_eq!(asked(), order, "once");
}

#[test]
fn a_table_that_stays_says_why() {
    let steps = store::spread(&[MORE]);
    assert!(steps.contains(&Spread::Local("single".into(), "one row".into())), "{steps:?}");
    let journal = steps.iter().find(|s| s.table() == "journal").unwrap();
    assert!(matches!(journal, Spread::Local(_, why) if why.contains("sequencer")), "{journal:?}");
    assert!(journal.statement().is_none());
}
