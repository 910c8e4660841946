//! The page of components, and whole sample pages in which they stand together.

use super::{Component, catalogue, parts_lists};
use crate::charts;
use crate::codes::NOT_IN_POST;
use crate::form::Form;
use crate::frame::{Frame, Layout};
use crate::markup::Markup;
use crate::nav::Section;
use crate::reply::{Reply, Tone};
use crate::req::Req;
use crate::routes::Pages;
use crate::routes::Routes;
use crate::site::Visitor;
use crate::ui::{
    Answer, Answers, Banner, Choice, Deadline, Dialog, Empty, Fact, Facts, Filter, FilterBar,
    Metric, Moment, Panel, QueueRow, Sheet, StepBar, Timeline,
};
use askama::Template;
use kernel::{
    AccountId, Actor, AgencyCode, Appointment, AppointmentId, Error, FieldError, Level, Localized,
    PostCode, Result, error,
};

pub(super) fn routes() -> Pages {
    Routes::new(())
        .get("/design", index)
        .get("/design/mau/cau-hoi", question)
        .get("/design/mau/loi-nhap", mistakes)
        .get("/design/mau/kiem-tra", check)
        .get("/design/mau/ho-so", dossier)
        .get("/design/mau/ban-lam-viec", desk)
        .get("/design/mau/man-hinh", wall)
        .get("/design/mau/giay-in", sheet)
        .get("/design/mau/trong", empty)
        .get("/design/loi/{which}", fault)
        .into_pages()
}

#[derive(Template)]
#[template(path = "gallery/sample_index.html")]
struct Index {
    frame: Frame,
    components: Vec<Component>,
}

fn index(_: &(), req: &Req) -> Result<Reply> {
    let components = catalogue(&req.say);
    let frame = req.frame("Bộ thành phần", Section::Design);
    Reply::page(&Index { frame, components })
}

/// Nobody: a made-up citizen for the sample pages.
fn citizen() -> Visitor {
    let mut actor = Actor::system("gallery");
    actor.account = AccountId::new("gallery");
    actor.level = Level::Two;
    Visitor {
        actor,
        name: "Vũ Thị Lan".to_owned(),
        initials: "LV".to_owned(),
        posts: Vec::new(),
        unread: 2,
    }
}

fn officer() -> Visitor {
    let post = Appointment {
        id: AppointmentId::new("a1"),
        agency: AgencyCode::new("CA.13594"),
        agency_name: Localized::new("Công an xã Trần Thương", "Trần Thương Commune Police"),
        post: PostCode::new("commune-police.officer"),
        post_name: Localized::new("Cán bộ đăng ký cư trú", "Residence registration officer"),
        place: "13594".to_owned(),
    };
    let mut visitor = citizen();
    (visitor.name, visitor.initials) = ("Nguyễn Văn Bình".to_owned(), "NB".to_owned());
    visitor.actor.appointment = Some(post.clone());
    visitor.posts = vec![post];
    visitor
}

fn frame(req: &Req, visitor: &Visitor, title: &str, section: Section) -> Frame {
    Frame::seen_by(req, Some(visitor), title.to_owned(), section, Layout::Page)
}

#[derive(Template)]
#[template(path = "gallery/sample_question.html")]
struct Question {
    frame: Frame,
    form: Form,
    steps: StepBar,
    known: Facts,
    choices: Vec<Choice>,
}

fn question_page(req: &Req, form: Form) -> Result<Reply> {
    let frame = frame(req, &citizen(), "Bạn sẽ tạm trú ở đâu?", Section::Services)
        .crumb("Dịch vụ", "/design")
        .crumb("Đăng ký tạm trú", "/design");
    let known = Facts::new(
        "Thông tin đã có",
        vec![
            Fact::new("Người đăng ký", "Vũ Thị Lan · nữ · sinh 12/05/1998"),
            Fact::new("Số định danh", "035 198 004 217"),
            Fact::new("Thường trú", "Thôn 3, xã Vũ Lăng, tỉnh Lạng Sơn"),
        ],
    )
    .source("Theo Cơ sở dữ liệu dân cư, đọc lúc 09:42.")
    .wrong(&req.say, "/design");
    let steps = StepBar::new(&req.say, &["Đã biết", "Nơi ở mới", "Kiểm tra và gửi"], 1);
    let choices = vec![
        Choice::new("join", "Vào hộ của ông Trần Văn Lập")
            .hint("Ông Lập sẽ được hỏi ý kiến trên tài khoản của mình"),
        Choice::new("new", "Lập hộ mới tại địa chỉ này"),
    ];
    Reply::page(&Question { frame, form, steps, known, choices })
}

fn question(_: &(), req: &Req) -> Result<Reply> {
    question_page(req, Form::new(&req.say))
}

fn mistakes(_: &(), req: &Req) -> Result<Reply> {
    let form = Form::new(&req.say)
        .with("to.commune", "tran hung dao")
        .with("until.day", "30")
        .with("until.month", "12")
        .with("until.year", "2028")
        .with("household", "join")
        .called("to.line", "Số nhà, thôn")
        .called("until", "Ở đến ngày nào?")
        .wrong(&Error::fields(vec![
            FieldError::new("to.line", error::ANSWER_MISSING),
            FieldError::new("until", error::DATE_UNREAL).saying(Localized::new(
                "Ngày này quá hai năm. Chọn muộn nhất 22/11/2028.",
                "This date is more than two years away. Choose 22/11/2028 at the latest.",
            )),
        ]));
    question_page(req, form)
}

#[derive(Template)]
#[template(path = "gallery/sample_check.html")]
struct Check {
    frame: Frame,
    steps: StepBar,
    answers: Answers,
    notice: Banner,
}

fn check(_: &(), req: &Req) -> Result<Reply> {
    let frame = frame(req, &citizen(), "Kiểm tra trước khi gửi", Section::Services)
        .crumb("Dịch vụ", "/design")
        .crumb("Đăng ký tạm trú", "/design");
    let steps = StepBar::new(&req.say, &["Đã biết", "Nơi ở mới", "Kiểm tra và gửi"], 2)
        .link(0, "/design")
        .link(1, "/design/mau/cau-hoi");
    let back = "/design/mau/cau-hoi";
    let answers = Answers::new(
        &req.say,
        vec![
            Answer::new("Nơi tạm trú", "Số 12, thôn Đội Xuyên, xã Trần Thương, tỉnh Ninh Bình")
                .change(back),
            Answer::new("Đến ngày", "22/11/2028").change(back),
            Answer::new("Hộ", "Vào hộ của ông Trần Văn Lập").change(back),
            Answer::new("Người đi cùng", "Nguyễn Minh Quân (con, 9 tuổi)").change(back),
        ],
    );
    let notice =
        Banner::new(Tone::Info, "", "Ông Trần Văn Lập sẽ được hỏi ý kiến ngay khi bạn gửi.");
    Reply::page(&Check { frame, steps, answers, notice })
}

#[derive(Template)]
#[template(path = "gallery/sample_dossier.html")]
struct Dossier {
    frame: Frame,
    panel: Panel,
    state: Facts,
    timeline: Timeline,
    answers: Answers,
    reads: Timeline,
}

fn dossier(_: &(), req: &Req) -> Result<Reply> {
    let say = &req.say;
    let frame = frame(req, &citizen(), "Đăng ký tạm trú", Section::Dossiers)
        .crumb("Hồ sơ của tôi", "/design");
    let lead = "<b>Công an xã Trần Thương đang xem hồ sơ.</b> Bạn không cần làm gì. Kết quả muộn \
                nhất <b>thứ Sáu 27/11/2026</b>, còn 3 ngày làm việc.";
    let state = Facts::new("Tình trạng", Vec::new()).lead(Markup::trusted(lead)).tone(Tone::Info);
    let panel = Panel::new("Đã gửi hồ sơ").code(say, "Mã hồ sơ", "H42.13594-261123-0007").line(
        "Chúng tôi đã ghi nhận lúc 09:44 thứ Hai 23/11/2026. Có tin mới, bạn sẽ thấy ở đây và trong hộp thư.",
    );
    let moments = vec![
        Moment::done("Bạn đã gửi hồ sơ")
            .detail("và nộp 7.000 đ")
            .when("09:44 hôm nay")
            .link("biên nhận", "/design/mau/giay-in"),
        Moment::done("Ông Trần Văn Lập đồng ý").detail("cho bạn vào hộ").when("09:51 hôm nay"),
        Moment::now("Thượng úy Nguyễn Văn Bình đang xem").when("từ 10:02 · Công an xã Trần Thương"),
        Moment::next("Trưởng Công an xã ký kết quả"),
        Moment::next("Thông báo kết quả, cập nhật sổ hộ khẩu điện tử"),
    ];
    let reads = vec![
        Moment::done("Công an xã Trần Thương")
            .detail("Cán bộ đăng ký cư trú")
            .when("10:02 · họ tên, ngày sinh, nơi thường trú"),
        Moment::done("Hệ thống dịch vụ công").when("09:42 · điền sẵn tờ khai"),
    ];
    let answers = vec![
        Answer::new("Nơi tạm trú", "Số 12, thôn Đội Xuyên, xã Trần Thương, tỉnh Ninh Bình"),
        Answer::new("Đến ngày", "22/11/2028"),
        Answer::new("Hộ", "Vào hộ của ông Trần Văn Lập"),
    ];
    Reply::page(&Dossier {
        frame,
        panel,
        state,
        timeline: Timeline::new(say, moments),
        answers: Answers::new(say, answers),
        reads: Timeline::new(say, reads),
    })
}

#[derive(Template)]
#[template(path = "gallery/sample_desk.html")]
struct Desk {
    frame: Frame,
    filters: FilterBar,
    queue: Vec<QueueRow>,
    due: crate::ui::Tag,
    facts: Facts,
    answers: Answers,
    history: Timeline,
    refuse: Dialog,
    keys: Dialog,
}

fn desk(_: &(), req: &Req) -> Result<Reply> {
    let say = &req.say;
    let frame = frame(req, &officer(), "Bàn làm việc", Section::Desk).desk();
    let facts = Facts::new(
        "Đã biết",
        vec![
            Fact::new("Người đăng ký", "Vũ Thị Lan · nữ · 12/05/1998 · 035 198 004 217"),
            Fact::new("Thường trú", "Thôn 3, xã Vũ Lăng, tỉnh Lạng Sơn"),
            Fact::new("Đang tạm trú", "Không"),
            Fact::new("Chủ hộ đồng ý", "Ông Trần Văn Lập · 09:51 hôm nay"),
            Fact::new("Chỗ ở hợp pháp", "Có trong dữ liệu đất đai, không cần giấy tờ"),
        ],
    )
    .source("Các mục này đọc từ cơ sở dữ liệu; người khai không nhập.");
    let answers = vec![
        Answer::new("Nơi tạm trú", "Số 12, thôn Đội Xuyên, xã Trần Thương"),
        Answer::new("Đến ngày", "22/11/2028"),
        Answer::new("Vào hộ", "Trần Văn Lập (chủ hộ) — quan hệ: người ở nhờ"),
    ];
    let history = vec![
        Moment::done("Gửi hồ sơ").when("09:44"),
        Moment::done("Chủ hộ đồng ý").when("09:51"),
        Moment::now("Bạn mở hồ sơ").when("10:02"),
    ];
    let reason =
        Form::new(say).lines("reason", "Lý do từ chối").hint("Người khai sẽ đọc nguyên văn.");
    let body = format!(
        "<form method=\"dialog\">{reason}<button class=\"btn bad\">Đề xuất từ chối</button></form>"
    );
    let states = vec![Choice::new("qua-han", "Quá hạn"), Choice::new("moi", "Mới")];
    let now = req.now;
    Reply::page(&Desk {
        frame,
        filters: FilterBar::new(say, "/design/mau/ban-lam-viec")
            .search("Tìm tên, số, mã", "")
            .filter(Filter::new("trang-thai", "Trạng thái", states)),
        queue: parts_lists::queue_rows(say),
        due: Deadline::tag(now.plus_seconds(4 * 86_400), now, say),
        facts,
        answers: Answers::new(say, answers),
        history: Timeline::new(say, history),
        refuse: Dialog::new(say, "tu-choi", "Đề xuất từ chối", Markup::trusted(body)),
        keys: crate::ui::desk_keys(say),
    })
}

#[derive(Template)]
#[template(path = "gallery/sample_wall.html")]
struct Wall {
    frame: Frame,
    clock: String,
    day: String,
    tiles: Vec<Metric>,
    alerts: Vec<Banner>,
    badge: Markup,
}

fn wall(_: &(), req: &Req) -> Result<Reply> {
    let say = &req.say;
    let spark = |from, to, tone| charts::spark(&parts_lists::walk(40, from, to), tone, "");
    let tile = |name: &str,
                value: &str,
                unit: &str,
                tone,
                change: &str,
                left: &str,
                right: &str,
                chart| {
        Metric::new(say, name, value)
            .heading_level(2)
            .unit(unit)
            .change(tone, change)
            .as_of(left, right)
            .chart(chart)
    };
    use Tone::{Bad, Good, Info, Warn};
    let tiles = vec![
        tile(
            "Giáo dục",
            "186.402",
            "học sinh có mặt",
            Good,
            "96,8 % sĩ số · cao hơn hôm qua 0,4",
            "đến 09:41",
            "471 / 478 trường",
            spark(180.0, 186.0, None),
        ),
        tile(
            "Thủ tục hành chính",
            "99,7",
            "% đúng hạn",
            Good,
            "87,4 % trực tuyến · 3 hồ sơ quá hạn",
            "đến 09:42",
            "129 / 129 xã",
            spark(98.0, 99.7, Some(Good)),
        ),
        tile(
            "Môi trường · VN_AQI cao nhất",
            "142",
            "Kém · trạm Kiện Khê",
            Warn,
            "PM2,5 61 µg/m³, tăng từ 07:00",
            "đến 09:00",
            "23 / 24 trạm · 1 im lặng",
            spark(60.0, 142.0, Some(Warn)),
        ),
        tile(
            "Y tế",
            "312",
            "người nhập viện hôm nay",
            Warn,
            "cao hơn trung bình thứ Hai 18 %",
            "đến 09:42",
            "11 / 11 bệnh viện",
            spark(4.0, 12.0, Some(Warn)),
        ),
        tile(
            "Cư trú",
            "38",
            "phút, trung vị nhận tạm trú",
            Info,
            "214 hồ sơ hôm nay",
            "đến 09:42:10",
            "129 / 129 xã",
            spark(70.0, 38.0, None),
        ),
        tile(
            "Khoáng sản",
            "18.240",
            "tấn đá hôm nay",
            Bad,
            "71 % hạn mức năm · 2 xe không phép",
            "đến 09:40",
            "16 / 16 mỏ có cân",
            spark(4.0, 18.0, Some(Bad)),
        ),
        tile(
            "Chia sẻ dữ liệu",
            "412",
            "lượt / giây",
            Good,
            "80 / 80 hệ thống · p95 9 ms",
            "đến 09:42:10",
            "0 lượt bị từ chối sai",
            spark(300.0, 412.0, Some(Good)),
        ),
        Metric::new(say, "Mực nước sông Đáy", "2,41")
            .unit("m · trạm Đọ Xá")
            .as_of("08:50", "1 / 3 trạm")
            .chart(spark(2.0, 2.4, None))
            .stale(),
        tile(
            "Đọc dữ liệu cá nhân",
            "1.284",
            "lượt hôm nay",
            Info,
            "7 lượt bị từ chối, đã ghi sổ",
            "đến 09:42:09",
            "mọi lượt đều có mục đích",
            spark(10.0, 60.0, None),
        ),
    ];
    let alerts = vec![
        Banner::new(
            Bad,
            "2 xe chở đá không có giấy phép",
            "cân Thanh Nghị 09:38 · chưa ai nhận · 4 phút",
        ),
        Banner::new(
            Warn,
            "Trạm nước Đọ Xá im lặng 52 phút",
            "đã nhận: Lê Minh · Sở Nông nghiệp và Môi trường",
        ),
        Banner::new(
            Warn,
            "Nhập viện sốt xuất huyết tăng 3 lần",
            "7 ca / 24 giờ · chuyển CDC tỉnh 09:20",
        ),
    ];
    Reply::page(&Wall {
        frame: frame(req, &officer(), "Trung tâm điều hành · tỉnh Ninh Bình", Section::Viewer)
            .wall(),
        clock: "09:42:11".to_owned(),
        day: "thứ Hai 23/11/2026".to_owned(),
        tiles,
        alerts,
        badge: Markup::from(&crate::ui::LiveBadge::showing(say, "on")),
    })
}

#[derive(Template)]
#[template(path = "gallery/sample_plain.html")]
struct Plain {
    frame: Frame,
    body: Markup,
}

fn sheet(_: &(), req: &Req) -> Result<Reply> {
    let body = "<p>Họ và tên: <b>VŨ THỊ LAN</b></p><p>Nơi tạm trú: Số 12, thôn Đội Xuyên, xã Trần \
                Thương, tỉnh Ninh Bình</p><p>Đã nộp lệ phí: 7.000 đ</p><p>Ngày hẹn trả kết quả: thứ Sáu \
                27/11/2026</p>";
    let sheet = Sheet::new(&req.say, "BIÊN NHẬN HỒ SƠ", Markup::trusted(body))
        .agency("CÔNG AN TỈNH NINH BÌNH", "CÔNG AN XÃ TRẦN THƯƠNG")
        .number("Số: 0007/BN-CAX", "Trần Thương, ngày 23 tháng 11 năm 2026")
        .subtitle("Đăng ký tạm trú")
        .qr(
            "https://dichvu.example.vn/xac-minh/H42.13594-261123-0007",
            "Quét mã để xác minh tờ này.",
        );
    let frame = frame(req, &citizen(), "Biên nhận hồ sơ", Section::Dossiers)
        .crumb("Hồ sơ của tôi", "/design");
    Reply::page(&Plain { frame, body: Markup::from(&sheet) })
}

fn empty(_: &(), req: &Req) -> Result<Reply> {
    let empty = Empty::new(
        "document",
        "Bạn chưa có hồ sơ nào",
        "Khi bạn gửi hồ sơ, mọi bước sẽ hiện ở đây.",
    )
    .action("Xem dịch vụ", "/design");
    let body = format!("<h1>Hồ sơ của tôi</h1>{empty}");
    let frame = frame(req, &citizen(), "Hồ sơ của tôi", Section::Dossiers);
    Reply::page(&Plain { frame, body: Markup::trusted(body) })
}

/// The error pages, as a handler's errors make them.
fn fault(_: &(), req: &Req) -> Result<Reply> {
    Err(match req.param("which") {
        "chua-duoc-phep" => Error::new(NOT_IN_POST),
        "loi-he-thong" => Error::bug("shown on purpose in the gallery"),
        "dang-ban" => Error::new(error::BUSY),
        "tam-dung" => Error::new(error::UNAVAILABLE),
        "da-doi" => Error::new(error::CHANGED_MEANWHILE),
        _ => Error::new(error::NOT_FOUND),
    })
}
