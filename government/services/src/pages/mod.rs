//! The pages of services: this file is their table of contents.

mod apply;
mod ask;
mod catalogue;
mod common;
mod consent;
mod counter;
mod desk;
mod dossier;
mod extract;
mod files;
mod inbox;
mod linked;
mod pay;
mod show;
mod supplement;
mod verify;

use crate::app::Services;
use web::{Pages, Routes};

/// All routes of this crate.
pub fn routes(services: &Services) -> Pages {
    let mut routes = Routes::new(services.clone())
        .get("/", catalogue::home)
        .get("/dich-vu", catalogue::list)
        .get("/ho-so", dossier::list)
        .get("/ho-so/{code}", dossier::page)
        .get("/ho-so/{code}/truc-tiep", dossier::live)
        .get("/ho-so/{code}/van-ban/{letter}/{n}", dossier::letter)
        .get("/ho-so/{code}/tep/{file}", dossier::file)
        .post("/ho-so/{code}/rut", dossier::withdraw)
        .post_files("/ho-so/{code}/bo-sung", supplement::send)
        .get("/ho-so/{code}/bo-sung", supplement::again)
        .get("/ho-so/{code}/nop-phi", pay::page)
        .post("/ho-so/{code}/nop-phi/mo-phong", pay::demo_bank)
        .post_open("/api/v1/payments", pay::callback)
        .get("/so-ho-khau/{household}/trich.pdf", extract::pdf)
        .get("/y-kien/{token}", consent::page)
        .post("/y-kien/{token}", consent::answer)
        .get("/ban-lam-viec", desk::page)
        .get("/ban-lam-viec/truc-tiep", desk::live)
        .get("/ban-lam-viec/{code}", desk::opened)
        .post("/ban-lam-viec/{code}", desk::decide)
        .get("/quay", counter::page)
        .get("/quay/truc-tiep", counter::live)
        .post("/quay/thu-phi/{code}", counter::cash)
        .get("/hop-thu", inbox::page)
        .post("/hop-thu/da-doc", inbox::mark_read);
    let mut paths: Vec<&str> = services.env.catalogue.all().map(|p| p.path()).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        let path = path.to_owned();
        let at = |tail: &str| format!("{path}{tail}");
        let p = path.clone();
        routes = routes.get(&path, move |s, r| apply::start(s, r, &p));
        let p = path.clone();
        routes = routes.get(&at("/khai"), move |s, r| apply::form(s, r, &p));
        let p = path.clone();
        routes = routes.post(&at("/khai"), move |s, r| apply::answer(s, r, &p));
        let p = path.clone();
        routes = routes.get(&at("/kiem-tra"), move |s, r| apply::check(s, r, &p));
        let p = path.clone();
        routes = routes.post_files(&at("/gui"), move |s, r| apply::send(s, r, &p));
        // The address a page has after a mistake there: opened again, it is the page before.
        let to = at("/kiem-tra");
        routes = routes.get(&at("/gui"), move |_, _| Ok(web::Reply::redirect(&*to)));
        let p = path.clone();
        routes = routes.post(&at("/bo-nhap"), move |s, r| apply::discard(s, r, &p));
    }
    routes.into_pages().merge(verify::routes(services))
}

/// Where the working day begins in a post.
pub(crate) fn start_of_post(post: &str) -> &'static str {
    match post {
        "commune-police.officer" | "commune-police.head" => "/ban-lam-viec",
        "one-stop.clerk" => "/quay",
        "auditor" => "/kiem-toan",
        "operator" => "/quan-tri",
        _ => "/dieu-hanh",
    }
}
