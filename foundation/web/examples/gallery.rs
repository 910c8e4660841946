//! Serves `/design` alone, to look at components while they are made:
//! `cargo run --release -p web --example gallery`. `/song` is a live page that moves each second.

use std::sync::Arc;
use std::time::Duration;
use web::ui::{Cell, Column, Row, Table};
use web::{
    Frame, Live, LiveEvent, Markup, NoSessions, Reply, Req, Routes, Section, Settings, Template,
    Web, testing,
};

#[derive(Template)]
#[template(
    source = "{% extends \"frame.html\" %}{% block main %}<h1>{{ frame.title }}</h1><p id=\"so\">0</p>{{ table }}{% endblock %}",
    ext = "html"
)]
struct Page {
    frame: Frame,
    table: Table,
}

fn live_page(_: &(), req: &Req) -> kernel::Result<Reply> {
    let columns = vec![Column::new("Lúc"), Column::new("Việc")];
    let table = Table::new("Tin mới", columns, Vec::new()).body_id("tin");
    let frame = req.frame("Trang trực tiếp", Section::None).live("/song/tin?tu=0");
    Reply::page(&Page { frame, table })
}

fn live_news(_: &(), _: &Req) -> kernel::Result<Reply> {
    Ok(Reply::Live(Live::new(Some(0), |after| {
        let to = after + 1;
        let row = Row::new(vec![Cell::text(to.to_string()), Cell::text("có tin")]);
        let row = row.id(format!("tin-{to}"));
        let number = format!("<p id=\"so\">{to}</p>");
        let row = Markup::from(&Table::new("", Vec::new(), vec![row]));
        let row = row.as_str().split_once("<tbody>").map_or("", |(_, r)| r);
        let row = row.split_once("</tbody>").map_or("", |(r, _)| r).to_owned();
        Ok((to, vec![LiveEvent::swap(number), LiveEvent::prepend("tin", row)]))
    })))
}

fn places(_: &(), req: &Req) -> kernel::Result<Reply> {
    let hits = serde_json::json!([
        { "code": "13594", "name": "Xã Trần Thương", "province": "tỉnh Ninh Bình",
          "was": "xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam" },
        { "code": "11407", "name": "Phường Trần Hưng Đạo", "province": "thành phố Hải Phòng" },
    ]);
    let none = req.query("q").is_some_and(|q| q.contains('x'));
    let hits = if none { serde_json::json!([]) } else { hits };
    Reply::json(&serde_json::json!({ "on": "2026-11-23", "hits": hits }))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let settings = Settings {
        demo: true,
        support: "1900 0000".to_owned(),
        origin: "http://localhost:8099".to_owned(),
        ..Settings::default()
    };
    let web = Web::new(settings, testing::words(&[]), Arc::new(NoSessions));
    let routes = Routes::new(())
        .get("/song", live_page)
        .get("/song/tin", live_news)
        .get("/api/v1/places", places)
        .post("/design", |_, req| Ok(Reply::Html(format!("{:?}", req.form_address("to")))))
        .post("/design/nhap", |_, _| Ok(Reply::done()))
        .into_pages();
    let waking = web.clone();
    tokio::spawn(async move {
        for seq in 1.. {
            tokio::time::sleep(Duration::from_secs(1)).await;
            waking.wake(seq);
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8099").await?;
    let router = web.mount(routes);
    web.serve(listener, router, async {
        let _ = tokio::signal::ctrl_c().await;
    })
    .await
}
