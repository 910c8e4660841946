//! The operator records and takes back mergers of communes.

use super::*;

const PATH: &str = "/quan-tri/sap-nhap-xa";

/// The merger of the other tests: what this process knows of communes must not change under them.
fn typed() -> Vec<(&'static str, &'static str)> {
    vec![
        ("code.commune", "xã Trần Thương, tỉnh Ninh Bình"),
        ("code.shown", ""),
        ("into.commune", "xã Nam Xang, tỉnh Ninh Bình"),
        ("into.shown", ""),
        ("on.day", "1"),
        ("on.month", "1"),
        ("on.year", "2031"),
        ("basis", "Nghị quyết 15/NQ-HĐND"),
    ]
}

#[tokio::test]
async fn the_operator_records_a_merger_and_takes_it_back_before_its_day() {
    let site = Site::new();
    let mut c = site.client("operator");
    let page = c.get(PATH).await.text();
    assert!(page.contains("Chưa ghi nhận việc nhập xã nào") && !page.contains('⟦'), "{page}");
    let a = c.post(PATH, &typed()).await;
    assert_eq!(a.status, 303, "{}", a.text());
    let page = c.get(PATH).await.text();
    for said in ["01/01/2031", "Xã Trần Thương", "Xã Nam Xang", "15/NQ-HĐND", "value=\"13594\""]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    // A commune ends once.
    let again = c.post(PATH, &typed()).await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("Đã có quyết định nhập"), "{}", again.text());
    let e = site.w.entries(crate::journal::COMMUNE_MERGED);
    assert_eq!((e.len(), e[0].actor.person.clone()), (1, Some(pid(HOA))));
    assert_eq!(c.post(PATH, &[("withdraw", "13594")]).await.status, 303);
    assert!(c.get(PATH).await.text().contains("Chưa ghi nhận việc nhập xã nào"));
    assert_eq!(c.post(PATH, &[("withdraw", "13594")]).await.status, 404);
    // Once its day has come it stays.
    c.post(PATH, &typed()).await;
    site.w.clock.set(kernel::Instant::from_local(day("2031-01-01").at(9, 0, 0, 0)));
    let page = c.get(PATH).await.text();
    assert!(page.contains("đã có hiệu lực") && !page.contains("name=\"withdraw\""), "{page}");
    assert_eq!(c.post(PATH, &[("withdraw", "13594")]).await.status, 422);
}

#[tokio::test]
async fn a_merger_with_a_mistake_is_not_recorded() {
    let site = Site::new();
    let mut c = site.client("operator");
    c.get(PATH).await;
    let cases = [
        ("code.commune", "", "f-code-error"),
        ("code.commune", "xã không có đâu", "f-code-error"),
        ("into.commune", "", "f-into-error"),
        ("into.commune", "xã Trần Thương, tỉnh Ninh Bình", "f-into-error"),
        ("into.commune", "phường Ba Đình, thành phố Hà Nội", "f-into-error"),
        ("on.day", "32", "f-on-error"),
        ("on.year", "2026", "f-on-error"),
        ("basis", "", "f-basis-error"),
    ];
    for (name, value, at) in cases {
        let mut fields = typed();
        for f in fields.iter_mut().filter(|f| f.0 == name) {
            f.1 = value;
        }
        let a = c.post(PATH, &fields).await;
        let page = a.text();
        assert_eq!(a.status, 422, "{name}={value}: {page}");
        assert!(page.contains(at) && !page.contains('⟦'), "{name}={value}: {page}");
    }
    assert!(site.w.entries(crate::journal::COMMUNE_MERGED).is_empty());
    for who in ["officer", "head", "auditor", "lan"] {
        assert_eq!(site.get(who, PATH).await.status, 403, "{who}");
    }
}
