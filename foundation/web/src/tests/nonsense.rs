//! Whatever a browser, or somebody who is none, may send: read without a panic, within its limits, and
//! what is taken is what was meant.

use super::Site;
use crate::limits::{FIELD_NAME_BYTES_MAX, FIELDS_MAX};
use crate::{Cookie, cookie, parse, paths, reply, req, upload};
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use proptest::prelude::*;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Bytes near the syntax of forms.
fn formish() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(b"a1&=+%;\0\r\n\xff\xc4\x91".to_vec()).prop_map(|b| vec![b]),
        prop::sample::select(vec!["%00", "%zz", "%c4%91", "&&", "=", "_token=", "name"])
            .prop_map(|s| s.as_bytes().to_vec()),
        any::<Vec<u8>>(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|p| p.concat())
}

/// Bytes near the syntax of forms with files.
fn multipartish() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "--XX\r\n",
            "--XX--\r\n",
            "--XX",
            "\r\n",
            "\r\n\r\n",
            "content-disposition: form-data; name=\"a\"\r\n\r\n",
            "content-disposition: form-data; name=\"f\"; filename=\"a.pdf\"\r\n\r\n",
            "content-disposition: form-data; name=\"f\"; filename=\"\r\n",
            "content-disposition: form-data\r\n\r\n",
            "content-type: image/png\r\n",
            "%PDF-1.7\n%%EOF",
        ])
        .prop_map(|s| s.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..30),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_query_or_form_is_read_within_its_limits(bytes in formish()) {
        if let Ok(pairs) = parse::pairs(&bytes) {
            prop_assert!(pairs.len() <= FIELDS_MAX);
            for (name, value) in &pairs {
                prop_assert!(name.len() <= FIELD_NAME_BYTES_MAX);
                prop_assert_eq!(value, &parse::clean(value, true), "clean text stays as it is");
            }
        }
    }

    #[test]
    fn what_a_form_holds_comes_out_as_it_was_typed(
        typed in prop::collection::vec(("[a-z.]{1,20}", "[\\PC\n]{0,60}"), 0..20)
    ) {
        let typed: Vec<(String, String)> =
            typed.into_iter().map(|(n, v)| (n, parse::clean(&v, true))).collect();
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(&typed);
        prop_assert_eq!(parse::pairs(body.finish().as_bytes()).unwrap(), typed);
    }

    #[test]
    fn text_becomes_clean_once_and_for_all(text: String, lines: bool) {
        let once = parse::clean(&text, lines);
        prop_assert_eq!(parse::clean(&once, lines), once.clone());
        let hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || ('\u{202a}'..='\u{202e}').contains(&c);
        prop_assert!(!once.contains(hidden), "{once:?}");
        prop_assert!(lines || !once.contains('\n'));
        prop_assert!(once.len() <= 3 * text.len());
    }

    #[test]
    fn any_cookie_line_is_read_and_ours_come_back(lines in prop::collection::vec("\\PC{0,80}", 0..4), value in "[A-Za-z0-9._~-]{1,60}") {
        prop_assert!(cookie::parse(lines.iter().map(String::as_str)).len() <= 64);
        let set = Cookie::new(cookie::SESSION, &value).header();
        let sent = set.split(';').next().unwrap();
        prop_assert_eq!(cookie::parse([sent].into_iter()), [(cookie::SESSION.to_owned(), value)]);
    }

    #[test]
    fn no_value_of_a_cookie_breaks_its_line(value: String) {
        let line = Cookie::new(cookie::FLASH, &value).header();
        prop_assert!(line.bytes().all(|b| (0x20..0x7f).contains(&b)), "{line:?}");
        prop_assert_eq!(line.matches("; Path=/; Secure; HttpOnly; SameSite=Lax").count(), 1);
        prop_assert_eq!(line.matches(';').count(), 4);
    }

    #[test]
    fn a_path_of_ours_is_a_path_and_nothing_else_is(path: String) {
        let own = paths::own(&path);
        prop_assert!(own.starts_with('/') && !own.starts_with("//") && !own.contains('\\'));
        prop_assert!(own.bytes().all(|b| (0x21..0x7f).contains(&b)));
        prop_assert!(own == "/" || own == path);
        prop_assert_eq!(paths::own(own), own);
    }

    #[test]
    fn a_file_name_is_one_name_in_one_header(name: String, inline: bool) {
        let line = reply::disposition(&name, inline);
        prop_assert!(line.bytes().all(|b| (0x20..0x7f).contains(&b)), "{line:?}");
        prop_assert_eq!(line.matches('"').count(), 2);
        let clean = upload::clean_name(&name);
        prop_assert!(!clean.contains(['/', '\\', '\r', '\n', '\0']) && clean.chars().count() <= 120);
        prop_assert_eq!(upload::clean_name(&clean), clean.clone());
    }

    #[test]
    fn dates_are_read_or_refused(day in "\\PC{0,6}", month in "[0-9+-]{0,3}", year in "\\PC{0,6}") {
        let read = req::parse_date(Some(&day), Some(&month), Some(&year));
        if let Ok(Some(date)) = read {
            prop_assert_eq!(i64::from(date.day()), day.parse::<i64>().unwrap());
            prop_assert_eq!(i64::from(date.month()), month.parse::<i64>().unwrap());
        }
    }

    #[test]
    fn any_file_has_an_answer(name in "\\PC{0,40}", bytes: Vec<u8>, head in 0usize..5) {
        let heads: [&[u8]; 5] = [b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\0\0\0\x18ftypheic"];
        let bytes = [heads[head], &bytes].concat();
        match upload::Upload::check("f", &name, bytes.clone()) {
            Ok(file) => prop_assert_eq!((file.bytes, Some(file.kind)), (bytes.clone(), upload::FileKind::sniff(&bytes))),
            Err(e) => prop_assert_eq!(e.field_errors().len(), 1),
        }
    }

    #[test]
    fn any_body_of_a_form_with_files_is_read_or_refused(body in multipartish(), room in 0usize..200) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let request = Request::builder()
                .header("content-type", "multipart/form-data; boundary=XX")
                .body(Body::from(body.clone()))
                .unwrap();
            let body_of = Multipart::from_request(request, &()).await.unwrap();
            if let Ok(posted) = parse::multipart(body_of, room, None).await {
                let kept: usize = posted.fields.iter().map(|(_, v)| v.len()).sum();
                prop_assert!(kept <= 3 * body.len().max(room) && posted.files.is_empty());
            }
            Ok(())
        })?;
    }
}

/// The whole walk of a request: nothing that comes in is our mistake.
#[tokio::test]
async fn nothing_that_is_sent_becomes_an_error_of_ours() {
    let site = Site::new();
    let mut client = site.signed_in("lan");
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..200 {
        let (body, query) = (formish(), "[a-z0-9%&=+.\\-]{0,60}");
        let tree = (body, query, multipartish()).new_tree(&mut runner).unwrap();
        let (body, query, parts) = proptest::strategy::ValueTree::current(&tree);
        for (path, kind, bytes) in [
            ("/gui", "application/x-www-form-urlencoded", &body),
            ("/api/v1/ai", "application/json", &body),
            ("/tep", "multipart/form-data; boundary=XX", &parts),
            ("/gui", "multipart/form-data; boundary=XX", &parts),
        ] {
            let request = client
                .request("POST", &format!("{path}?{query}"))
                .header("origin", "http://localhost:8080")
                .header("content-type", kind)
                .body(Body::from(bytes.clone()));
            let answer = client.send(request).await;
            assert!(
                (300..500).contains(&answer.status.as_u16()),
                "{path}?{query}: {}",
                answer.status
            );
        }
        let answer = client.get(&format!("/form?{query}")).await;
        assert!(answer.status.as_u16() < 500, "{query}");
    }
}
