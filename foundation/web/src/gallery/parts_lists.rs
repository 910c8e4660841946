//! Lists, tiles and charts.

use super::{Component, Example};
use crate::charts::{self, Point, number};
use crate::markup::Markup;
use crate::reply::Tone;
use crate::ui::{
    Cell, Choice, Column, Empty, Filter, FilterBar, Metric, Pagination, QueueRow, Row, Sorted,
    Table, Tabs, Tag, Tile,
};
use kernel::Say;

pub(super) fn list(say: &Say) -> Vec<Component> {
    let mut all = vec![table(say), filters(say), queue(say), tabs(), pages(say), tile()];
    all.extend([metric(say), spark(), line(say), bars(say)]);
    all
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("Lúc").sort_link("#table", Some(Sorted::Down)),
        Column::new("Ai").sort_link("#table", None),
        Column::new("Mục đã đọc"),
        Column::new("Số lần").number(),
        Column::new("Kết quả").quiet(),
    ]
}

fn table(say: &Say) -> Component {
    let row = |at: &str, who: &str, post: &str, items: &str, n: &str, tag: Tag| {
        Row::new(vec![at.into(), Cell::two(who, post), items.into(), n.into(), tag.into()])
    };
    let rows = vec![
        row(
            "10:02",
            "Công an xã Trần Thương",
            "Cán bộ đăng ký cư trú",
            "Họ tên, ngày sinh, thường trú",
            "1",
            Tag::new(Tone::Good, "Được phép"),
        )
        .fresh(),
        row(
            "09:42",
            "Dịch vụ công tỉnh",
            "Điền sẵn tờ khai",
            "Họ tên, ngày sinh, giới tính",
            "2",
            Tag::new(Tone::Good, "Được phép"),
        ),
        row(
            "22:47 18/11",
            "Phòng Tài nguyên",
            "Tài khoản dv.dat",
            "Số điện thoại",
            "1",
            Tag::new(Tone::Bad, "Bị từ chối"),
        ),
    ];
    let plain = vec![
        Row::new(vec!["Trần Văn Lập".into(), "chủ hộ".into()]),
        Row::new(vec!["Nguyễn Thị Hạnh".into(), "vợ".into()]),
    ];
    let two = || vec![Column::new("Họ tên"), Column::new("Quan hệ")];
    let nothing =
        Empty::new("search", "Chưa ai đọc", "Mỗi lần đọc sẽ hiện ở đây trong vòng một giây.");
    Component {
        id: "table",
        name: "Bảng",
        what: "Đầu bảng luôn thấy, sắp bằng liên kết, thành thẻ trên điện thoại.",
        code: "Table::new(tên, vec![Column::new(…).sortable(req, \"luc\")], rows).empty(…)",
        options: &[
            (".sortable(req, khóa)", "sắp theo ?xep=khóa và ?xep=-khóa"),
            (".number() .quiet()", "cột số; cột không có đầu"),
            (".plain()", "vẫn là bảng trên điện thoại"),
            (".body_id(…) Row::id(…)", "chỗ cho tin trực tiếp"),
        ],
        examples: vec![
            Example::new("sắp được", &Table::new("Ai đã đọc dữ liệu", columns(), rows)),
            Example::new("hẹp", &Table::new("Người trong hộ", two(), plain).plain()),
            Example::new(
                "trống",
                &Table::new("Ai đã đọc dữ liệu", columns(), Vec::new()).empty(nothing),
            ),
            Example::new(
                "tin mới vào đây",
                &Table::new(say.t("web-all"), two(), Vec::new()).body_id("dong"),
            ),
        ],
    }
}

fn filters(say: &Say) -> Component {
    let states = vec![Choice::new("moi", "Mới"), Choice::new("qua-han", "Quá hạn")];
    Component {
        id: "filters",
        name: "Thanh lọc",
        what: "Tìm và lọc một danh sách; địa chỉ giữ lại được.",
        code: "FilterBar::new(&req.say, \"/…\").search(nhãn, req.query(\"q\")).filter(Filter::new(…))",
        options: &[(".search(…)", "ô tìm, phím /"), (".filter(…)", "danh sách chọn")],
        examples: vec![Example::new(
            "đang lọc",
            &FilterBar::new(say, "#filters")
                .search("Tìm tên, số, mã", "Lan")
                .filter(Filter::new("trang-thai", "Trạng thái", states).chosen("moi")),
        )],
    }
}

/// Who, what about, since when, tone and words of the tag, open, new.
type Waiting = (&'static str, &'static str, &'static str, Tone, &'static str, bool, bool);

/// A queue as an officer sees it; also used by the sample desk.
pub(super) fn queue_rows(say: &Say) -> Vec<QueueRow> {
    let rows = [
        ("Vũ Thị Lan", "Tạm trú · vào hộ", "10:02", Tone::Info, "còn 3 ngày", true, false),
        (
            "Trần Văn Hùng",
            "Thông báo lưu trú · 4 khách",
            "09:58",
            Tone::Warn,
            "còn 41 phút",
            false,
            true,
        ),
        ("Lê Thị Hoa", "Gia hạn tạm trú", "09:31", Tone::Info, "còn 3 ngày", false, true),
        ("Phạm Văn Tú", "Tách hộ", "hôm qua", Tone::Info, "còn 4 ngày", false, false),
        (
            "Nguyễn Thị Mai",
            "Tạm trú theo danh sách · 38 người",
            "hôm qua",
            Tone::Warn,
            "hôm nay",
            false,
            false,
        ),
        (
            "Đinh Công Sơn",
            "Xác nhận thông tin cư trú",
            "20/11",
            Tone::Bad,
            "quá hạn 1 ngày",
            false,
            false,
        ),
        ("Bùi Thị Nga", "Khai báo tạm vắng", "20/11", Tone::Info, "chờ bổ sung", false, false),
    ];
    let row = |(i, r): (usize, Waiting)| {
        QueueRow::new(say, format!("hs-{i}"), format!("#hs-{i}"), r.0, r.1)
            .when(r.2)
            .tag(Tag::new(r.3, r.4))
            .selected(r.5)
            .fresh(r.6)
    };
    rows.into_iter().enumerate().map(row).collect()
}

fn queue(say: &Say) -> Component {
    let rows: Vec<String> = queue_rows(say).iter().map(ToString::to_string).collect();
    let html = format!("<div class=\"queue card\"><ol>{}</ol></div>", rows.concat());
    Component {
        id: "queue",
        name: "Dòng trong hàng việc",
        what: "Ai, việc gì, đến lúc nào, còn bao lâu. Phím j k để đi, Enter để mở.",
        code: "QueueRow::new(&req.say, id, href, tên, việc).when(…).tag(Deadline::tag(…)).selected(…)",
        options: &[(".selected(…)", "đang mở"), (".fresh(…)", "chưa ai mở")],
        examples: vec![Example::new("hàng", Markup::trusted(html))],
    }
}

fn tabs() -> Component {
    Component {
        id: "tabs",
        name: "Thẻ xem",
        what: "Các cách xem một thứ, bằng liên kết.",
        code: "Tabs::new(nhãn).tab(chữ, href, ở_đây).count(n)",
        options: &[(".count(n)", "số lượng")],
        examples: vec![Example::new(
            "mặc định",
            &Tabs::new("Hồ sơ")
                .tab("Đang giải quyết", "#tabs", true)
                .count(14)
                .tab("Chờ bổ sung", "#tabs", false)
                .count(2)
                .tab("Đã xong", "#tabs", false),
        )],
    }
}

fn pages(say: &Say) -> Component {
    Component {
        id: "pages",
        name: "Trang của danh sách",
        what: "Trước, sau, đang ở đâu. Không hiện khi chỉ có một trang.",
        code: "Pagination::of(req, rows, per_page)   Pagination::open(req, more)",
        options: &[],
        examples: vec![
            Example::new("giữa", &Pagination::sample(say, 2, Some(7))),
            Example::new("không biết tổng", &Pagination::sample(say, 1, None)),
        ],
    }
}

fn tile() -> Component {
    let tiles = [
        ("baby", "Có con nhỏ", "Khai sinh, thường trú, thẻ bảo hiểm trong một lần khai"),
        ("home", "Chuyển chỗ ở", "Tạm trú, thường trú, tách hộ, tạm vắng"),
        ("school", "Đi học", "Tuyển sinh, thi tốt nghiệp, học bổng"),
        ("elder", "Nghỉ hưu, trợ cấp", "Lương hưu, trợ cấp xã hội, thất nghiệp"),
    ];
    let html: Vec<String> =
        tiles.iter().map(|(i, t, d)| Tile::new(i, t, d, "#tile").to_string()).collect();
    Component {
        id: "tile",
        name: "Ô lối vào",
        what: "Một việc trong đời, dẫn tới các dịch vụ của nó.",
        code: "Tile::new(\"home\", tên, lời, href)",
        options: &[],
        examples: vec![Example::new(
            "lưới",
            Markup::trusted(format!("<div class=\"grid\">{}</div>", html.concat())),
        )],
    }
}

/// Readings that look like a week of work; made up, always the same.
pub(super) fn walk(n: usize, from: f64, to: f64) -> Vec<f64> {
    let wave = |i: usize| ((i * 37 % 11) as f64 - 5.0) / 40.0;
    (0..n).map(|i| from + (to - from) * (i as f64 / n as f64 + wave(i))).collect()
}

fn metric(say: &Say) -> Component {
    let chart = |tone| charts::spark(&walk(24, 80.0, 99.7), tone, "");
    let grid = |items: &[Metric]| {
        let inner: Vec<String> = items.iter().map(ToString::to_string).collect();
        Markup::trusted(format!("<div class=\"grid\">{}</div>", inner.concat()))
    };
    let of = |name: &str, value: &str| Metric::new(say, name, value);
    Component {
        id: "metric",
        name: "Ô số liệu",
        what: "Tên, số, đơn vị, lúc đo, thay đổi, mục tiêu. Số cũ trông cũ và nói là cũ.",
        code: "Metric::new(&req.say, tên, số).unit(…).change(Tone::Good, …).as_of(…).chart(charts::spark(…))",
        options: &[
            (".id(…)", "chỗ cho tin trực tiếp"),
            (".change(…) .target(…) .as_of(…) .chart(…) .href(…)", "các phần"),
            (".stale() .loading()", "số cũ; chưa có số"),
        ],
        examples: vec![Example::new(
            "các trạng thái",
            grid(&[
                of("Đúng hoặc trước hạn", "99,7")
                    .unit("%")
                    .change(Tone::Good, "cao hơn hôm qua 0,4")
                    .as_of("đến 09:42", "129 / 129 xã")
                    .chart(chart(Some(Tone::Good))),
                of("VN_AQI cao nhất", "142")
                    .change(Tone::Warn, "Kém · trạm Kiện Khê")
                    .as_of("đến 09:00", "23 / 24 trạm")
                    .chart(chart(Some(Tone::Warn)))
                    .href("#metric"),
                of("Mực nước Đọ Xá", "2,41")
                    .unit("m")
                    .as_of("đến 08:50", "1 trạm")
                    .stale()
                    .chart(chart(None)),
                of("Nhận tạm trú", "").loading(),
            ]),
        )],
    }
}

fn spark() -> Component {
    Component {
        id: "spark",
        name: "Đường nhỏ",
        what: "Hướng đi của một số, không có trục; lời đọc thay cho hình.",
        code: "charts::spark(&values, Some(Tone::Good), \"7 ngày qua: từ 80 đến 99, gần nhất 97\")",
        options: &[],
        examples: vec![
            Example::new(
                "đủ số đo",
                charts::spark(&walk(30, 12.0, 34.0), None, "30 ngày qua: từ 12 đến 34"),
            ),
            Example::new(
                "thiếu số đo",
                charts::spark(
                    &[3.0, 4.0, f64::NAN, 6.0, 5.0, 7.0],
                    Some(Tone::Warn),
                    "Thiếu một số đo",
                ),
            ),
        ],
    }
}

fn line(say: &Say) -> Component {
    let values = walk(14, 180.0, 320.0);
    let point = |(i, v): (usize, &f64)| {
        Point::new(format!("{:02}/11", 10 + i), *v, number(*v, 0, say.lang))
    };
    let points: Vec<Point> = values.iter().enumerate().map(point).collect();
    let target = Point::new("Mục tiêu", 300.0, "300");
    Component {
        id: "line",
        name: "Biểu đồ đường",
        what: "Theo thời gian, từ số không, có mục tiêu; các số cũng là bảng cho người không nhìn thấy.",
        code: "charts::line(&req.say, tên, &points, Some(&target))",
        options: &[],
        examples: vec![Example::new(
            "có mục tiêu",
            charts::line(say, "Hồ sơ giải quyết xong mỗi ngày", &points, Some(&target)),
        )],
    }
}

fn bars(say: &Say) -> Component {
    let rows = [
        ("Xã Trần Thương", 97.2),
        ("Phường Hoa Lư", 94.0),
        ("Xã Kim Sơn", 88.5),
        ("Xã Nho Quan", 61.0),
    ];
    let points: Vec<Point> = rows
        .iter()
        .map(|(l, v)| Point::new(*l, *v, format!("{} %", number(*v, 1, say.lang))))
        .collect();
    let target = Point::new("Mục tiêu", 90.0, "90 %");
    Component {
        id: "bars",
        name: "Biểu đồ thanh",
        what: "So sánh giữa các nơi; dưới mục tiêu đổi màu và vẫn đọc được bằng số.",
        code: "charts::bars(tên, &points, Some(&target))",
        options: &[],
        examples: vec![Example::new(
            "có mục tiêu",
            charts::bars("Tỷ lệ nộp trực tuyến theo xã", &points, Some(&target)),
        )],
    }
}
