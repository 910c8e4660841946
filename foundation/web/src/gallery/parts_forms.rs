//! Questions and what surrounds them.

use super::{Component, Example};
use crate::form::Form;
use crate::ui::{Address, Answer, Answers, Choice, FileQuestion, StepBar, Text};
use kernel::{Error, FieldError, Say, error};

const COMMON: &[(&str, &str)] = &[
    (".hint(…)", "một câu giúp, đọc cùng nhãn"),
    (".error(…)", "điều chưa đúng; Form tự điền khi dựng lại trang"),
    (".optional()", "được để trống; nhãn nói rõ"),
    (".disabled()", "không sửa được lúc này"),
    (".heading()", "câu hỏi là tiêu đề của trang"),
];

fn choices() -> Vec<Choice> {
    vec![
        Choice::new("join", "Vào hộ của ông Trần Văn Lập")
            .hint("Ông Lập sẽ được hỏi ý kiến trên tài khoản của mình"),
        Choice::new("new", "Lập hộ mới tại địa chỉ này"),
    ]
}

/// The first choice asks one thing more.
fn with_more(say: &Say) -> Vec<Choice> {
    let relations = [Choice::new("child", "Con"), Choice::new("lodger", "Ở nhờ, ở thuê")];
    let relation = Form::new(say).select("h6r", "Quan hệ với chủ hộ", &relations);
    let mut all = choices();
    all[0] = all[0].clone().more(&relation);
    all
}

pub(super) fn list(say: &Say) -> Vec<Component> {
    let mut all = vec![text(say), date(say), choice(say), pick(say), select(say), address(say)];
    all.extend([file(say), money(say), summary(say), steps(say), answers(say), save_state(say)]);
    all
}

fn text(say: &Say) -> Component {
    let form = Form::new(say).with("a2", "Số 12, thôn Đội Xuyên");
    let wrong = Form::new(say).wrong(&Error::new(error::ANSWER_MISSING).field("a3"));
    let label = "Số nhà, thôn";
    Component {
        id: "text",
        name: "Câu hỏi: chữ",
        what: "Một dòng hoặc nhiều dòng chữ, số điện thoại, số định danh, mật khẩu.",
        code: "{{ form.text(\"line\", frame.t(\"…\")).hint(frame.t(\"…\")) }}",
        options: &[
            (".hint(…)", "một câu giúp, đọc cùng nhãn"),
            (".short() .medium()", "hộp hẹp cho câu trả lời ngắn"),
            (".lines(5)", "nhiều dòng"),
            (".personal_id() .digits() .phone() .email() .password(…)", "kiểu bàn phím và tự điền"),
            (".max(n)", "số ký tự nhiều nhất"),
            (".optional() .disabled() .heading() .error(…)", "trạng thái"),
        ],
        examples: vec![
            Example::new("mặc định", &Text::new(say, "a1", label)),
            Example::new(
                "có câu giúp, đã điền",
                &form.text("a2", label).hint("Ví dụ: Số 12, thôn Đội Xuyên."),
            ),
            Example::new("lỗi", &wrong.text("a3", label)),
            Example::new(
                "không bắt buộc, hẹp",
                &Text::new(say, "a4", "Mã bưu chính").short().optional(),
            ),
            Example::new(
                "số định danh",
                &Text::new(say, "a5", "Số định danh cá nhân")
                    .personal_id()
                    .value("035 198 004 217"),
            ),
            Example::new("không sửa được", &Text::new(say, "a6", label).value("Số 12").disabled()),
            Example::new(
                "nhiều dòng",
                &Text::new(say, "a7", "Lý do")
                    .lines(4)
                    .hint("Viết ngắn gọn, không cần thông tin cá nhân."),
            ),
        ],
    }
}

fn date(say: &Say) -> Component {
    let label = "Ở đến ngày nào?";
    let typed = Form::new(say).with("d.day", "31").with("d.month", "2").with("d.year", "2027");
    let wrong = typed.clone().wrong(&Error::new(error::DATE_UNREAL).field("d"));
    let until = jiff::civil::date(2028, 11, 22);
    Component {
        id: "date",
        name: "Câu hỏi: ngày",
        what: "Ba ô ngày, tháng, năm. Người trả lời gõ như viết trên giấy; 31/02 bị từ chối tại chỗ.",
        code: "{{ form.date(\"until\", frame.t(\"…\")) }}   req.form_date(\"until\")?",
        options: COMMON,
        examples: vec![
            Example::new(
                "mặc định",
                &Form::new(say).date("d1", label).hint("Nhiều nhất hai năm, có thể gia hạn."),
            ),
            Example::new("đã điền", &Form::new(say).with_date("d2", until).date("d2", label)),
            Example::new("lỗi", &wrong.date("d", label)),
            Example::new(
                "ngày sinh, không bắt buộc",
                &Form::new(say).date("d4", "Ngày sinh").birth().optional(),
            ),
        ],
    }
}

fn choice(say: &Say) -> Component {
    let label = "Vào hộ đã có hay lập hộ mới?";
    let form = Form::new(say).with("h2", "join");
    let wrong = Form::new(say).wrong(&Error::new(error::ANSWER_MISSING).field("h3"));
    let short = [Choice::new("yes", "Có"), Choice::new("no", "Không")];
    Component {
        id: "choice",
        name: "Câu hỏi: chọn một",
        what: "Hai đến sáu lựa chọn, thấy hết cùng lúc.",
        code: "{{ form.choice(\"household\", frame.t(\"…\"), options) }}",
        options: COMMON,
        examples: vec![
            Example::new("mặc định", &form.choice("h1", label, &choices())),
            Example::new("đã chọn", &form.choice("h2", label, &choices())),
            Example::new("lỗi", &wrong.choice("h3", label, &choices())),
            Example::new(
                "cạnh nhau",
                &form.choice("h4", "Bạn có con đi cùng không?", &short).inline(),
            ),
            Example::new(
                "không sửa được",
                &form.choice("h5", label, &choices()).chosen("new").disabled(),
            ),
            Example::new(
                "lựa chọn có câu hỏi riêng",
                &form.choice("h6", label, &with_more(say)).chosen("join"),
            ),
        ],
    }
}

fn pick(say: &Say) -> Component {
    let people = [
        Choice::new("1", "Nguyễn Minh Quân").hint("con · 9 tuổi"),
        Choice::new("2", "Nguyễn Minh Châu").hint("con · 5 tuổi"),
    ];
    let form = Form::new(say).with("p1", "2");
    Component {
        id: "pick",
        name: "Câu hỏi: chọn nhiều",
        what: "Đánh dấu bao nhiêu tùy ý.",
        code: "{{ form.pick(\"with\", frame.t(\"…\"), people) }}   req.form_all(\"with\")",
        options: COMMON,
        examples: vec![Example::new(
            "đã đánh dấu",
            &form.pick("p1", "Ai đi cùng bạn?", &people).optional(),
        )],
    }
}

fn select(say: &Say) -> Component {
    let kin = ["vợ", "chồng", "con", "cha", "mẹ", "người ở nhờ"].map(|k| Choice::new(k, k));
    let wrong = Form::new(say).wrong(&Error::new(error::ANSWER_MISSING).field("s2"));
    Component {
        id: "select",
        name: "Câu hỏi: danh sách",
        what: "Nhiều lựa chọn ngắn; với ít lựa chọn hãy dùng «chọn một».",
        code: "{{ form.select(\"relation\", frame.t(\"…\"), options) }}",
        options: COMMON,
        examples: vec![
            Example::new(
                "mặc định",
                &Form::new(say).with("s1", "con").select("s1", "Quan hệ với chủ hộ", &kin),
            ),
            Example::new("lỗi", &wrong.select("s2", "Quan hệ với chủ hộ", &kin)),
        ],
    }
}

fn address(say: &Say) -> Component {
    let label = "Xã, phường nơi ở mới";
    let typed =
        Form::new(say).with("x2.commune", "tran hung dao").with("x2.shown", "tran hung dao");
    let candidates = [
        Choice::new("13594", "Xã Trần Thương, tỉnh Ninh Bình")
            .hint("trước 01/07/2025: xã Trần Hưng Đạo, huyện Lý Nhân, tỉnh Hà Nam"),
        Choice::new("11407", "Phường Trần Hưng Đạo, thành phố Hải Phòng"),
    ];
    let wrong = Form::new(say).with("x3.commune", "xyz").wrong(&Error::fields(vec![
        FieldError::new("x3.commune", error::ANSWER_MISSING),
        FieldError::new("x3.line", error::ANSWER_MISSING),
    ]));
    Component {
        id: "address",
        name: "Câu hỏi: địa chỉ",
        what: "Xã, phường gõ tên mới hay cũ, có dấu hay không; có gợi ý khi gõ. Không có script thì trang quay lại với các nơi khớp để chọn.",
        code: "{{ form.address(\"to\", frame.t(\"…\")).candidates(found) }}   req.form_address(\"to\")",
        options: &[
            (".candidates(…)", "các nơi khớp, khi chưa rõ là nơi nào"),
            (".without_line()", "chỉ hỏi xã, phường"),
            (".source(…)", "nơi lấy gợi ý"),
            (".hint(…) .error(…) .disabled()", "trạng thái"),
        ],
        examples: vec![
            Example::new("mặc định", &Address::new(say, "x1", label)),
            Example::new(
                "nhiều nơi khớp, không có script",
                &typed.address("x2", label).candidates(candidates).without_line(),
            ),
            Example::new("lỗi", &wrong.address("x3", label)),
        ],
    }
}

fn file(say: &Say) -> Component {
    let wrong = crate::Upload::check("f2", "hop-dong.pdf", b"\x89PNG\r\n\x1a\n..IEND".to_vec());
    let wrong = wrong.err().map_or_else(|| Form::new(say), |e| Form::new(say).wrong(&e));
    let label = "Giấy tờ chỗ ở";
    Component {
        id: "file",
        name: "Câu hỏi: tệp",
        what: "PDF hoặc ảnh. Loại tệp được nhận theo nội dung; tệp rỗng, hỏng, quá lớn, sai tên bị từ chối và nói rõ vì sao.",
        code: "{{ form.file(\"evidence\", frame.t(\"…\")) }}   .post_files(…)   req.checked_files()?",
        options: &[
            (".many()", "nhiều tệp"),
            (".kept(tên)", "tệp đã giữ từ lần trước"),
            (".hint(…) .error(…) .optional() .disabled()", "trạng thái"),
        ],
        examples: vec![
            Example::new("mặc định", &FileQuestion::new(say, "f1", label)),
            Example::new("lỗi", &wrong.file("f2", label)),
            Example::new(
                "đã có tệp",
                &FileQuestion::new(say, "f3", label)
                    .kept("hop-dong-thue-nha.pdf")
                    .many()
                    .optional(),
            ),
        ],
    }
}

fn money(say: &Say) -> Component {
    let wrong = Form::new(say)
        .with("m2", "mười nghìn")
        .wrong(&Error::new(crate::codes::NOT_MONEY).field("m2"));
    Component {
        id: "money",
        name: "Câu hỏi: tiền",
        what: "Số tiền bằng đồng; «15.000», «15 000», «15000 đ» đều hiểu.",
        code: "{{ form.money(\"price\", frame.t(\"…\")) }}   req.form_money(\"price\")?",
        options: COMMON,
        examples: vec![
            Example::new(
                "đã điền",
                &Form::new(say).with("m1", "350.000").money("m1", "Giá một đêm"),
            ),
            Example::new("lỗi", &wrong.money("m2", "Giá một đêm")),
        ],
    }
}

fn summary(say: &Say) -> Component {
    let e = Error::fields(vec![
        FieldError::new("a1", error::ANSWER_MISSING),
        FieldError::new("d.day", error::DATE_UNREAL),
    ]);
    let many = Form::new(say).wrong(&e).summary();
    let general = Form::new(say).wrong(&Error::new(error::CHANGED_MEANWHILE)).summary();
    Component {
        id: "error-summary",
        name: "Tóm tắt lỗi",
        what: "Đứng đầu trang khi biểu mẫu có lỗi; mỗi dòng dẫn tới ô cần sửa; được đọc trước tiên.",
        code: "{{ form.summary() }}",
        options: &[],
        examples: vec![Example::new("hai lỗi", &many), Example::new("lỗi chung", &general)],
    }
}

fn steps(say: &Say) -> Component {
    let bar = |at| StepBar::new(say, &["Đã biết", "Nơi ở mới", "Kiểm tra và gửi"], at);
    Component {
        id: "steps",
        name: "Thanh bước",
        what: "Đang ở bước nào; bước đã xong có thể mở lại.",
        code: "StepBar::new(&req.say, &[…], 1).link(0, \"/…\")",
        options: &[(".link(i, href)", "nơi sửa một bước đã xong")],
        examples: vec![
            Example::new("bước đầu", &bar(0)),
            Example::new("bước giữa", &bar(1).link(0, "#steps")),
        ],
    }
}

fn answers(say: &Say) -> Component {
    let items = vec![
        Answer::new("Nơi tạm trú", "Số 12, thôn Đội Xuyên, xã Trần Thương, tỉnh Ninh Bình")
            .change("#a1"),
        Answer::new("Đến ngày", "22/11/2028").change("#d"),
        Answer::new("Hộ", "Vào hộ của ông Trần Văn Lập"),
    ];
    Component {
        id: "answers",
        name: "Kiểm tra câu trả lời",
        what: "Những gì đã khai, mỗi dòng có lối sửa.",
        code: "Answers::new(&req.say, vec![Answer::new(hỏi, đáp).change(href)])",
        options: &[
            (".change(href)", "nơi sửa"),
            ("Answer::with(…)", "câu trả lời là một thành phần khác"),
        ],
        examples: vec![Example::new("mặc định", &Answers::new(say, items))],
    }
}

fn save_state(say: &Say) -> Component {
    Component {
        id: "draft-state",
        name: "Tự lưu nháp",
        what: "Biểu mẫu có data-autosave được gửi ngầm khi đang gõ; dòng này nói đã lưu lúc nào.",
        code: "<form … data-autosave=\"/…/nhap\"> … {{ ui::DraftState::new(say) }}",
        options: &[],
        examples: vec![Example::new("mặc định", &crate::ui::DraftState::new(say).kept_at("09:42"))],
    }
}
