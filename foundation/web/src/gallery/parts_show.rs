//! Components that show one thing.

use super::{Component, Example};
use crate::icons;
use crate::markup::{Markup, escape};
use crate::reply::Tone;
use crate::testing::NOW;
use crate::ui::{
    Banner, CopyCode, Deadline, Dialog, Empty, Fact, Facts, LiveBadge, Moment, MomentState, Panel,
    Sheet, Tag, Timeline, Toast,
};
use kernel::Say;

pub(super) fn list(say: &Say) -> Vec<Component> {
    let mut all = vec![buttons(say), tags(), deadlines(say), banners(), facts(say), panel(say)];
    all.extend([timeline(say), empty(), dialog(say), toast(say), live(say), copy(say)]);
    all.extend([sheet(say), qr(), all_icons()]);
    all
}

fn buttons(_: &Say) -> Component {
    let html = format!(
        "<div class=\"row\"><button class=\"btn\">Gửi hồ sơ</button><button class=\"btn second\">{}Tải bản có bằng chứng</button><button class=\"btn bad\">Từ chối</button><button class=\"btn second small\">Nhỏ</button><button class=\"btn\" disabled>Không bấm được</button><a href=\"#buttons\">Lưu, làm tiếp sau</a></div>",
        icons::icon("download")
    );
    Component {
        id: "buttons",
        name: "Nút",
        what: "Động từ. Một nút chính trên một trang; việc khó quay lại dùng nút đỏ viền.",
        code: "<button class=\"btn\">…</button>   class: second, bad, small",
        options: &[],
        examples: vec![Example::new("các loại", Markup::trusted(html))],
    }
}

fn row(items: &[Tag]) -> Markup {
    let inner: Vec<String> = items.iter().map(ToString::to_string).collect();
    Markup::trusted(format!("<div class=\"row\">{}</div>", inner.join(" ")))
}

fn tags() -> Component {
    Component {
        id: "tag",
        name: "Nhãn trạng thái",
        what: "Một trạng thái bằng chữ; màu chỉ nhắc lại.",
        code: "Tag::new(Tone::Good, \"…\").with_icon()",
        options: &[("Tag::plain(…)", "không màu"), (".with_icon()", "thêm hình")],
        examples: vec![
            Example::new(
                "các màu",
                row(&[
                    Tag::new(Tone::Info, "Đang giải quyết"),
                    Tag::new(Tone::Good, "Được phép"),
                    Tag::new(Tone::Warn, "Chờ bổ sung"),
                    Tag::new(Tone::Bad, "Bị từ chối"),
                    Tag::plain("Đã rút"),
                ]),
            ),
            Example::new(
                "có hình",
                row(&[
                    Tag::new(Tone::Good, "6 đạt").with_icon(),
                    Tag::new(Tone::Bad, "1 chưa đạt").with_icon(),
                ]),
            ),
        ],
    }
}

fn deadlines(say: &Say) -> Component {
    let tag = |hours: i64| Deadline::tag(NOW.plus_seconds(hours * 3600 + 1800), NOW, say);
    Component {
        id: "deadline",
        name: "Nhãn thời hạn",
        what: "Còn bao lâu, bằng lời và màu.",
        code: "Deadline::tag(due, req.now, &req.say)",
        options: &[],
        examples: vec![Example::new(
            "từ xa đến quá hạn",
            row(&[tag(96), tag(24), tag(5), tag(0), tag(-2), tag(-30)]),
        )],
    }
}

fn banners() -> Component {
    Component {
        id: "banner",
        name: "Thông báo ngang",
        what: "Bảo trì, bản nháp đang chờ, điều cần biết trước khi làm.",
        code: "Banner::new(Tone::Warn, tiêu đề, lời).link(chữ, href)",
        options: &[(".link(…)", "một lối đi tiếp")],
        examples: vec![
            Example::new(
                "thường",
                &Banner::new(
                    Tone::Info,
                    "Bạn có một bản nháp.",
                    "Đăng ký tạm trú, lưu lúc 09:42 hôm nay.",
                )
                .link("Làm tiếp", "#banner"),
            ),
            Example::new("tốt", &Banner::new(Tone::Good, "", "Đã gia hạn đến 22/11/2028.")),
            Example::new(
                "lưu ý",
                &Banner::new(
                    Tone::Warn,
                    "Bảo trì tối nay.",
                    "Từ 22:00 đến 23:00 sẽ tạm ngừng nộp lệ phí trực tuyến.",
                ),
            ),
            Example::new(
                "xấu",
                &Banner::new(Tone::Bad, "Hồ sơ bị từ chối.", "Chỗ ở chưa có giấy tờ hợp pháp.")
                    .link("Xem lý do", "#banner"),
            ),
        ],
    }
}

fn facts(say: &Say) -> Component {
    let items = vec![
        Fact::new("Người đăng ký", "Vũ Thị Lan · nữ · sinh 12/05/1998"),
        Fact::new("Số định danh", "035 198 004 217"),
        Fact::new("Thường trú", "Thôn 3, xã Vũ Lăng, tỉnh Lạng Sơn").small("từ 04/03/2009"),
    ];
    let lead = Markup::trusted(
        "<b>Công an xã Trần Thương đang xem hồ sơ.</b> Bạn không cần làm gì. Kết quả muộn nhất <b>thứ Sáu 27/11/2026</b>.",
    );
    Component {
        id: "facts",
        name: "Thẻ dữ kiện",
        what: "Điều Nhà nước đã biết, kèm nguồn và lối nói «chưa đúng». Không bao giờ hỏi lại.",
        code: "Facts::new(nhãn, vec![Fact::new(tên, giá trị)]).source(…).wrong(&req.say, href)",
        options: &[
            (".source(…)", "theo cơ sở dữ liệu nào, đọc lúc nào"),
            (".wrong(say, href)", "«Có gì chưa đúng?»"),
            (".lead(…)", "một câu thay cho các dòng"),
            (".tone(…)", "màu vạch bên trái"),
        ],
        examples: vec![
            Example::new(
                "có nguồn",
                &Facts::new("Thông tin đã có", items)
                    .source("Theo Cơ sở dữ liệu dân cư, đọc lúc 09:42.")
                    .wrong(say, "#facts"),
            ),
            Example::new(
                "một câu",
                &Facts::new("Tình trạng", Vec::new()).lead(lead).tone(Tone::Info),
            ),
        ],
    }
}

fn panel(say: &Say) -> Component {
    Component {
        id: "panel",
        name: "Xong",
        what: "Sau khi gửi: mã, ngày, việc tiếp theo.",
        code: "Panel::new(…).code(&req.say, nhãn, mã).line(…)",
        options: &[(".code(…)", "mã để giữ, có nút sao chép"), (".line(…)", "một câu")],
        examples: vec![Example::new(
            "mặc định",
            &Panel::new("Đã gửi hồ sơ")
                .code(say, "Mã hồ sơ", "H42.13594-261123-0007")
                .line("Công an xã Trần Thương trả kết quả muộn nhất thứ Sáu 27/11/2026.")
                .line("Bạn không cần làm gì thêm. Có tin mới, bạn sẽ thấy trong hộp thư."),
        )],
    }
}

fn timeline(say: &Say) -> Component {
    let items = vec![
        Moment::done("Bạn đã gửi hồ sơ")
            .detail("và nộp 7.000 đ")
            .at(NOW, NOW, say)
            .link("biên nhận", "#timeline"),
        Moment::done("Ông Trần Văn Lập đồng ý").detail("cho bạn vào hộ").when("09:51 hôm nay"),
        Moment::now("Thượng úy Nguyễn Văn Bình đang xem").when("từ 10:02 · Công an xã Trần Thương"),
        Moment::next("Trưởng Công an xã ký kết quả"),
        Moment::next("Thông báo kết quả, cập nhật sổ hộ khẩu điện tử"),
    ];
    let refused = vec![
        Moment::done("Bạn đã gửi hồ sơ").when("15:10 20/11/2026"),
        Moment::new(MomentState::Bad, "Bị từ chối")
            .detail("vì chỗ ở chưa có giấy tờ")
            .when("08:30 23/11/2026"),
    ];
    Component {
        id: "timeline",
        name: "Diễn biến",
        what: "Đã xảy ra, đang diễn ra, sắp tới.",
        code: "Timeline::new(&req.say, vec![Moment::done(…).at(at, req.now, &req.say)])",
        options: &[
            ("done now next new(Bad)", "trạng thái"),
            (".detail(…) .when(…) .at(…) .link(…)", "lời, lúc nào, lối mở"),
        ],
        examples: vec![
            Example::new("đang chạy", &Timeline::new(say, items)),
            Example::new("bị từ chối", &Timeline::new(say, refused)),
        ],
    }
}

fn empty() -> Component {
    let one = |p, t, x| Example::new(p, &Empty::new(p, t, x));
    Component {
        id: "empty",
        name: "Chưa có gì",
        what: "Nét vẽ nhỏ, một câu, một lối đi tiếp.",
        code: "Empty::new(\"inbox\", tiêu đề, lời).action(chữ, href)",
        options: &[(".action(…)", "lối đi tiếp")],
        examples: vec![
            Example::new(
                "có lối",
                &Empty::new(
                    "document",
                    "Bạn chưa có hồ sơ nào",
                    "Khi bạn gửi hồ sơ, mọi bước sẽ hiện ở đây.",
                )
                .action("Xem dịch vụ", "#empty"),
            ),
            one("inbox", "Hộp thư trống", "Kết quả và thông báo sẽ đến đây."),
            one("queue", "Hết việc", "Hồ sơ mới sẽ tự hiện, không cần tải lại trang."),
            one("search", "Không tìm thấy", "Hãy thử bớt chữ hoặc gõ tên cũ."),
        ],
    }
}

fn dialog(say: &Say) -> Component {
    let body = Markup::trusted(
        "<p>Người khai sẽ nhận thông báo ngay.</p><form method=\"dialog\"><button class=\"btn\">Đồng ý</button></form>",
    );
    let html = format!(
        "<p><a class=\"btn second\" href=\"#dialog\" data-dialog=\"hop-1\">Mở hộp thoại</a></p>{}",
        Dialog::new(say, "hop-1", "Đề xuất đồng ý?", body)
    );
    Component {
        id: "dialog",
        name: "Hộp thoại",
        what: "Hỏi lại một việc tại chỗ. Không có script thì liên kết mở một trang hỏi cùng câu.",
        code: "<a href=\"/…/tu-choi\" data-dialog=\"tu-choi\">…</a> {{ Dialog::new(say, \"tu-choi\", tiêu đề, thân) }}",
        options: &[],
        examples: vec![Example::new("mặc định", Markup::trusted(html))],
    }
}

fn toast(say: &Say) -> Component {
    Component {
        id: "toast",
        name: "Lời nhắn",
        what: "Kết quả của việc vừa làm, hiện một lần ở trang sau.",
        code: "Reply::redirect(\"/…\").flash(Tone::Good, say.t(\"…\"))",
        options: &[],
        examples: vec![
            Example::new("tốt", &Toast::new(say, Tone::Good, "Đã lưu bản nháp.")),
            Example::new("xấu", &Toast::new(say, Tone::Bad, "Chưa gửi được. Hãy thử lại.")),
        ],
    }
}

fn live(say: &Say) -> Component {
    let badge = |s| Markup::from(&LiveBadge::showing(say, s));
    Component {
        id: "live",
        name: "Dấu trực tiếp",
        what: "Kết nối trực tiếp của trang: đang chạy, đang nối, mất kết nối. Không có script thì không hiện.",
        code: "req.frame(…).live(\"/…/truc-tiep?tu=SEQ\")",
        options: &[],
        examples: vec![
            Example::new("trực tiếp", badge("on")),
            Example::new("đang nối", badge("wait")),
            Example::new("mất kết nối", badge("lost")),
        ],
    }
}

fn copy(say: &Say) -> Component {
    Component {
        id: "copy",
        name: "Mã để sao chép",
        what: "Mã kèm nút sao chép; nút chỉ hiện khi có script.",
        code: "CopyCode::new(&req.say, mã)",
        options: &[],
        examples: vec![Example::new("mặc định", &CopyCode::new(say, "H42.13594-261123-0007"))],
    }
}

fn sheet(say: &Say) -> Component {
    let body = Markup::trusted(
        "<p>Họ và tên: <b>VŨ THỊ LAN</b></p><p>Nơi tạm trú: Số 12, thôn Đội Xuyên, xã Trần Thương, tỉnh Ninh Bình</p><p>Thời hạn tạm trú: đến ngày 22/11/2028</p>",
    );
    Component {
        id: "sheet",
        name: "Tờ in",
        what: "Trang in theo thể thức: quốc hiệu, cơ quan, số, tên, mã QR.",
        code: "Sheet::new(&req.say, tên, thân).agency(…).number(…).qr(địa chỉ, lời)",
        options: &[],
        examples: vec![Example::new(
            "mặc định",
            &Sheet::new(say, "BIÊN NHẬN HỒ SƠ", body)
                .agency("CÔNG AN TỈNH NINH BÌNH", "CÔNG AN XÃ TRẦN THƯƠNG")
                .number("Số: 0007/BN-CAX", "Trần Thương, ngày 23 tháng 11 năm 2026")
                .subtitle("Đăng ký tạm trú")
                .qr(
                    "https://dichvu.example.vn/xac-minh/H42.13594-261123-0007",
                    "Quét mã để xác minh tờ này.",
                ),
        )],
    }
}

fn qr() -> Component {
    let code = crate::qr::svg("https://dichvu.example.vn/xac-minh/ABC", "Mã QR tới trang xác minh");
    Component {
        id: "qr",
        name: "Mã QR",
        what: "SVG vẽ ở máy chủ, có lời cho người không nhìn thấy.",
        code: "web::qr::svg(địa chỉ, lời)",
        options: &[],
        examples: vec![Example::new("mặc định", code)],
    }
}

fn all_icons() -> Component {
    let mut html = String::from("<div class=\"grid\">");
    for name in icons::names() {
        html.push_str(&format!(
            "<span class=\"row\">{}<code>{}</code></span>",
            icons::icon(name),
            escape(name)
        ));
    }
    html.push_str("</div>");
    Component {
        id: "icons",
        name: "Hình nét",
        what: "Vẽ tay trong assets/icons.svg; luôn có chữ bên cạnh.",
        code: "{{ frame.icon(\"home\") }}",
        options: &[],
        examples: vec![Example::new("tất cả", Markup::trusted(html))],
    }
}
