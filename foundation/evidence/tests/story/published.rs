use crate::{Engine, record};
use evidence::pages::{Journal, routes};
use evidence::{checkpoints, rules};
use lienthong_verify::tree::{Hash, Tiles, root_from_tiles};
use web::testing::Client;

struct Fetched<'a> {
    client: &'a mut Client,
    runtime: &'a tokio::runtime::Runtime,
    size: i64,
}

impl Tiles for Fetched<'_> {
    fn tile(&mut self, level: u32, index: u64, width: u64) -> lienthong_verify::Result<Vec<Hash>> {
        let file = rules::tile_file(index as i64, self.size >> (8 * level));
        let answer = self.runtime.block_on(self.client.get(&format!("/tile/{level}/{file}")));
        assert_eq!(answer.status, 200, "{file}");
        assert!(answer.header("cache-control").contains("immutable"));
        Ok(answer.body.as_chunks::<32>().0[..width as usize].to_vec())
    }
}

pub fn anybody_can_rebuild_the_root_from_public_tiles_and_nobody_gets_entries(engine: Engine) {
    let place = engine.place();
    let store = place.open();
    let site = web::testing::site(&[store::TEXT, trust::TEXT, evidence::TEXT], None);
    let journal = Journal { store: store.clone(), keys: place.keys.clone() };
    let mut client = Client::new(site.mount(routes(journal)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut get = |path: &str| runtime.block_on(client.get(path));
    assert_eq!(get("/checkpoint").status, 404, "nothing signed yet");
    assert_eq!(get("/nhat-ky").status, 200);
    record(&store, 0, 600);
    assert_eq!(get("/tile/0/000").status, 404, "not before a checkpoint speaks of it");
    let kept = checkpoints::write(&store, &place.keys).unwrap().unwrap();
    let answer = get("/checkpoint");
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.text(), kept.note);
    assert_eq!(get("/checkpoint/600").text(), kept.note);
    let keys = lienthong_verify::note::keys(&get("/nhat-ky/khoa").text()).unwrap();
    let state = lienthong_verify::note::checkpoint(&kept.note, &keys).unwrap();
    let page = get("/nhat-ky").text();
    assert!(page.contains("600") && page.contains(&rules::hex(&kept.root)), "the page shows it");
    for path in [
        "/checkpoint/599",
        "/checkpoint/x",
        "/tile/entries/000",
        "/tile/entries/002.p/88",
        "/tile/0/002",
        "/tile/0/002.p/89",
        "/tile/1/000",
        "/tile/0/0",
        "/tile/0/../0/000",
        "/tile/9/000",
        "/tile/0/x999/x999/x999/x999/x999/999",
    ] {
        assert_eq!(get(path).status, 404, "{path}");
    }
    assert_eq!(get("/tile/0/000.p/7").body.len(), 7 * 32, "an older edge");
    let mut tiles = Fetched { client: &mut client, runtime: &runtime, size: 600 };
    assert_eq!(root_from_tiles(&mut tiles, 600).unwrap(), state.root);
}
